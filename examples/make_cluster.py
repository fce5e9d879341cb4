#!/usr/bin/env python3
"""Prints examples/cluster.json: JSON Graph Format, version 1, full form, one record per line."""

import json

vertices, edges = [], []


def add(kind, basename, number, parent=None, unit="", size=1):
    """Nodes are ranks 0, 1, ..., and what is below a node has its rank: the R formats need that."""
    uniq_id = len(vertices)
    inherited = vertices[parent]["metadata"]["rank"] if parent is not None else -1
    rank = number if kind == "node" else inherited
    above = vertices[parent]["metadata"]["paths"]["containment"] if parent is not None else ""
    name = f"{basename}{number}"
    metadata = {"type": kind, "basename": basename, "name": name, "id": number, "uniq_id": uniq_id,
                "rank": rank, "exclusive": False, "unit": unit, "size": size,
                "paths": {"containment": f"{above}/{name}"}}
    vertices.append({"id": str(uniq_id), "metadata": metadata})
    if parent is not None:
        edges.append({"source": str(parent), "target": str(uniq_id),
                      "metadata": {"name": {"containment": "contains"}}})
    return uniq_id


cluster = add("cluster", "tiny", 0)
rack = add("rack", "rack", 0, cluster)
nodes = [add("node", "node", n, rack) for n in range(2)]
sockets = [(add("socket", "socket", s, node), s) for node in nodes for s in range(2)]
for kind, count, unit, size in [("core", 18, "", 1), ("gpu", 1, "", 1), ("memory", 4, "GB", 2)]:
    for socket, s in sockets:
        for i in range(count):
            add(kind, kind, s * count + i, socket, unit, size)


def lines(records):
    return ",\n".join("  " + json.dumps(record) for record in records)


print(f'{{"graph": {{"nodes": [\n{lines(vertices)}\n], "edges": [\n{lines(edges)}\n]}}}}')
