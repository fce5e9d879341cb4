#!/usr/bin/env python3
"""Loads a graph, matches a jobspec and cancels the job, over gRPC: python ./examples/python/example.py"""

import argparse
import pathlib
import sys

from fluxion.client import FluxionClient, FluxionError

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost:4242", help="name:port of the server")
    parser.add_argument("--cluster-nodes", default=EXAMPLES / "cluster.json", help="graph in JSON Graph Format")
    parser.add_argument("--jobspec", default=EXAMPLES / "jobspec.yaml", help="jobspec in YAML or JSON")
    return parser.parse_args()


def main():
    args = arguments()
    with FluxionClient(args.host) as client:
        client.init(args.cluster_nodes)
        print("Init of Fluxion resource graph success!")
        matched = client.match(args.jobspec)
        print("Match of jobspec to Fluxion graph success!")
        print(matched.allocation, end="")
        client.cancel(matched.jobid)
        print(f"Cancel of jobid {matched.jobid} success!")


if __name__ == "__main__":
    try:
        main()
    except (FluxionError, OSError) as error:
        sys.exit(f"example: {error}")
