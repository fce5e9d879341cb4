//! A worked example (`docs/semantics/readers.md`, hwloc); each rule as rows of a table; errors; hostile
//! texts.

use insta::assert_snapshot;

use super::*;
use crate::read::listing::listing;

/// A topology as XML from an outline: one object a line, children indented by two blanks each.
///
/// A line has the type; then, if it has any, the processors; then attributes `name=value` and infos
/// `+name=value`. An object with processors gets all four sets; `name=-` leaves one out.
fn xml(opening: &str, outline: &str) -> String {
    let mut text =
        format!("<?xml version=\"1.0\"?>\n<!DOCTYPE topology SYSTEM \"x.dtd\">\n{opening}\n");
    let mut open = 0;
    for line in outline.lines().filter(|line| !line.trim().is_empty()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        text.push_str(&"</object>\n".repeat(open - depth.min(open)));
        text.push_str(&object(line.trim()));
        open = depth + 1;
    }
    let name = opening.trim_matches(['<', '>']).split(' ').next().unwrap();
    text + &"</object>\n".repeat(open) + &format!("</{name}>\n")
}

fn object(line: &str) -> String {
    let (mut words, mut attributes, mut infos) =
        (line.split(' ').peekable(), vec![], String::new());
    let ty = words.next().unwrap();
    if let Some(set) = words.next_if(|word| !word.contains('=')) {
        let names = ["cpuset", "complete_cpuset", "nodeset", "complete_nodeset"];
        attributes.extend(names.into_iter().zip([set, set, "0x1", "0x1"]));
    }
    for word in words {
        let (name, value) = word.split_once('=').unwrap();
        match name.strip_prefix('+') {
            Some(name) => infos += &format!("<info name=\"{name}\" value=\"{value}\"/>"),
            None => {
                attributes.retain(|(other, _)| *other != name);
                if value != "-" {
                    attributes.push((name, value));
                }
            }
        }
    }
    let attributes: String = attributes.iter().map(|(n, v)| format!(" {n}=\"{v}\"")).collect();
    format!("<object type=\"{ty}\"{attributes}>{infos}\n")
}

const TWO: &str = r#"<topology version="2.0">"#;
const ONE: &str = "<topology>";

/// The paths of a graph without the cluster, or the error.
fn paths(text: &str, allowlist: &[&str]) -> String {
    match load(text, allowlist) {
        Ok(graph) => {
            let path = |v| graph.path_text(graph.path(v, fluxion_graph::CONTAINMENT).unwrap());
            let paths: Vec<String> = graph.vertex_ids().map(path).collect();
            let short =
                paths.iter().map(|p| p.trim_start_matches("/cluster0").trim_start_matches('/'));
            short.skip(1).collect::<Vec<_>>().join(" ")
        }
        Err(error) => error.kind().to_string(),
    }
}

/// Checks the paths that an outline of hwloc 2 makes below a machine with a NUMA node.
fn check(outline: &str, expected: &str) {
    let text = xml(TWO, &format!("Machine 0xff\n  NUMANode 0xff\n{outline}"));
    let found = paths(&text, &[]);
    let found = found.split(' ').filter(|path| *path != "numanode0").collect::<Vec<_>>().join(" ");
    assert_eq!(found, expected, "{outline}");
}

/// Checks the paths that an outline of hwloc 1 makes.
fn check_legacy(outline: &str, expected: &str) {
    assert_eq!(paths(&xml(ONE, outline), &[]), expected, "{outline}");
}

const EXAMPLE: &str = "
Machine 0xf allowed_cpuset=0x7 allowed_nodeset=0x1 +HostName=ant012
  NUMANode 0xf local_memory=1000
  Package 0x3 os_index=3
    L3Cache 0x3 cache_size=4096000 depth=3 cache_type=0
      Core 0x1 os_index=8
        PU 0x1
      Core 0x2 os_index=9
        PU 0x2
    OSDev name=rsmi4 osdev_type=1
  Package 0xc os_index=4
    L3Cache 0x4 cache_size=2048000 depth=3 cache_type=0
      Core 0x4 os_index=8
        PU 0x4
    L3Cache 0x8 cache_size=2048000 depth=3 cache_type=0
      Core 0x8 os_index=9
        PU 0x8
  Bridge bridge_type=0-1 depth=0
    PCIDev pci_type=0108
      OSDev name=nvme0n1 osdev_type=0 +Size=1875374424 +LinuxDeviceID=259:0
    PCIDev pci_type=0302
      OSDev name=cuda1 osdev_type=5
      OSDev name=nvml0 osdev_type=1
  OSDev name=ve7 osdev_type=5";

#[test]
fn the_worked_example() {
    let graph = load(&xml(TWO, EXAMPLE), &[]).unwrap();
    assert_snapshot!(listing(&graph), @r"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root
    1 node ant012 (ant, 12) rank 0 containment=/cluster0/ant012
    2 socket socket0 (socket, 0) rank -1 containment=/cluster0/ant012/socket0
    3 core core0 (core, 0) rank -1 containment=/cluster0/ant012/socket0/core0
    4 pu pu0 (pu, 0) rank -1 containment=/cluster0/ant012/socket0/core0/pu0
    5 core core1 (core, 1) rank -1 containment=/cluster0/ant012/socket0/core1
    6 pu pu1 (pu, 1) rank -1 containment=/cluster0/ant012/socket0/core1/pu1
    7 gpu gpu4 (gpu, 4) rank -1 containment=/cluster0/ant012/socket0/gpu4
    8 socket socket1 (socket, 1) rank -1 containment=/cluster0/ant012/socket1
    9 core core2 (core, 2) rank -1 containment=/cluster0/ant012/socket1/core2
    10 pu pu2 (pu, 2) rank -1 containment=/cluster0/ant012/socket1/core2/pu2
    11 numanode numanode0 (numanode, 0) rank -1 containment=/cluster0/ant012/numanode0
    12 storage storage1 (storage, 1) rank -1 size 1875 containment=/cluster0/ant012/storage1 LinuxDeviceID:259:0
    13 gpu gpu1 (gpu, 1) rank -1 containment=/cluster0/ant012/gpu1
    14 gpu gpu4 (gpu, 4) rank -1 containment=/cluster0/ant012/gpu4
    0>1, 1>2, 2>3, 3>4, 2>5, 5>6, 2>7, 1>8, 8>9, 9>10, 1>11, 1>12, 1>13, 1>14
    ");
    let graph = load(&xml(TWO, EXAMPLE), &["node", "socket", "core", "gpu", "storage"]).unwrap();
    assert_snapshot!(listing(&graph), @r"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root
    1 node ant012 (ant, 12) rank 0 containment=/cluster0/ant012
    2 socket socket0 (socket, 0) rank -1 containment=/cluster0/ant012/socket0
    3 core core0 (core, 0) rank -1 containment=/cluster0/ant012/socket0/core0
    4 core core1 (core, 1) rank -1 containment=/cluster0/ant012/socket0/core1
    5 gpu gpu4 (gpu, 4) rank -1 containment=/cluster0/ant012/socket0/gpu4
    6 socket socket1 (socket, 1) rank -1 containment=/cluster0/ant012/socket1
    7 core core2 (core, 2) rank -1 containment=/cluster0/ant012/socket1/core2
    8 storage storage1 (storage, 1) rank -1 size 1875 containment=/cluster0/ant012/storage1 LinuxDeviceID:259:0
    9 gpu gpu1 (gpu, 1) rank -1 containment=/cluster0/ant012/gpu1
    10 gpu gpu4 (gpu, 4) rank -1 containment=/cluster0/ant012/gpu4
    0>1, 1>2, 2>3, 2>4, 2>5, 1>6, 6>7, 1>8, 1>9, 1>10
    ");
}

#[test]
fn no_text_is_a_lone_cluster() {
    assert_snapshot!(listing(&load("", &["node"]).unwrap()), @"0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root");
}

#[test]
fn objects_become_vertices() {
    for (outline, expected) in [
        ("  Package 0xff", "socket0"),
        ("  Package 0xf\n  Package 0xf0", "socket0 socket1"),
        ("  Core 0x1\n  Core 0x2", "core0 core1"),
        ("  PU 0x1\n  PU 0x2", "pu0 pu1"),
        ("  Group 0x1\n  Group 0x2", "group0 group1"),
        ("  Die 0x1\n    Core 0x1\n  Die 0x2\n    Core 0x2", "core0 core1"),
        ("  L1Cache 0x1 depth=1\n  L1Cache 0x2 depth=1", "L1cache0 L1cache1"),
        ("  L2Cache 0x1 depth=2 cache_type=1\n  L2Cache 0x2 depth=2", "L2cache0 L2cache1"),
        ("  L3Cache 0x1 depth=3\n  L3Cache 0x2 depth=3", "L3cache0 L3cache1"),
        ("  L4Cache 0x1 depth=4\n  L5Cache 0x2 depth=5", ""),
        ("  L1iCache 0x1 depth=1 cache_type=2\n  L2iCache 0x2 depth=2 cache_type=2", ""),
        ("  L3iCache 0x3 depth=3 cache_type=2\n    Core 0x1\n    Core 0x2", "core0 core1"),
        ("  MemCache 0x3\n  Misc", ""),
        ("  Misc\n    Misc\n", ""),
        ("  Bridge\n    PCIDev pci_type=0200\n      OSDev name=eth0 osdev_type=2", ""),
        ("  OSDev name=card0 osdev_type=1\n  OSDev name=mlx4_0 osdev_type=3", ""),
        ("  OSDev name=dma0 osdev_type=4\n  OSDev osdev_type=9", ""),
    ] {
        check(outline, expected);
    }
}

#[test]
fn names_of_types_have_aliases() {
    check("  Socket 0x1\n  socket 0x2", "socket0 socket1");
    check("  Tile 0x1\n  MODULE 0x2", "group0 group1");
    check("  L1dCache 0x1 depth=1\n  L1 0x2 depth=1", "L1cache0 L1cache1");
    check("  CoProc name=cuda0 osdev_type=5\n  GPU name=rsmi1 osdev_type=1", "gpu0 gpu1");
    // The kind of a device comes from elsewhere.
    check("  GPU name=sda +Size=2000000", "storage0");
    assert_eq!(paths(&xml(ONE, "System 0x3\n  Node 0x3\n    Core 0x3"), &[]), "core0 numanode0");
}

#[test]
fn sizes_of_caches_are_in_kib() {
    for (value, expected) in [
        ("1024", 1),
        ("1023", 0),
        ("4096000", 4000),
        ("2048x", 2),
        ("many", 0),
        ("4398046511104", 0),
        ("99999999999999999999", u32::MAX),
    ] {
        let outline = format!(
            "Machine 0x3\n  NUMANode 0x3\n  L2Cache 0x1 depth=2 cache_size={value}\n  L2Cache 0x2 depth=2"
        );
        let graph = load(&xml(TWO, &outline), &["L2cache"]).unwrap();
        let cache = graph.vertex(graph.vertices_at("/cluster0/L2cache0")[0]);
        assert_eq!((graph.type_name(cache.ty), cache.size), ("cache", expected), "{value}");
    }
}

#[test]
fn ids_of_gpus() {
    let device =
        |ty, name| format!("  OSDev osdev_type=5 name=mic0\n  OSDev osdev_type={ty} name={name}");
    for (ty, name, expected) in [
        (5, "cuda7", "gpu7"),
        (5, "cuda", "gpu0"),
        (5, "cuda5x", "gpu5"),
        (5, "cuda-2", "gpu-2"),
        (5, "cuda-1", "gpu"),
        (5, "cuda4294967299", "gpu3"),
        (5, "rsmi3", "gpu3"),
        (1, "rsmi3", "gpu3"),
        (5, "opencl0d4", "gpu4"),
        (5, "opencl1d", "gpu0"),
        (5, "opencl12d3d9", "gpu3"),
        (5, "opencl7", "gpu1"),
        (5, "ve5", "gpu1"),
        (5, "-", "gpu1"),
    ] {
        check(&device(ty, name), &format!("gpu0 {expected}"));
    }
    for name in ["-", "cuda0", "xrsmi0", "nvml0"] {
        check(&device(1, name), "gpu0");
    }
    let graph = load(&xml(TWO, "Machine 0x1\n  NUMANode 0x1\n  OSDev osdev_type=5 name=cuda0\n  OSDev osdev_type=5 name=opencl0d0"), &[]).unwrap();
    assert_eq!(graph.vertices_at("/cluster0/gpu0").len(), 2);
}

#[test]
fn block_devices() {
    for (infos, expected) in [
        ("+Size=1875374424 +LinuxDeviceID=259:0", "1875 259:0"),
        ("+Size=12xyz", "0 -1"),
        ("+Size=999999", "0 -1"),
        ("+Size=1000000 +Size=0 +LinuxDeviceID=a +LinuxDeviceID=b", "1 a"),
        ("+Size=-5000000", "4294967291 -1"),
        ("+Size=4294967297000000", "1 -1"),
        ("+Name=x", "block device `sda`: an `info` of the name Size must give its size in kB"),
        (
            "+Size=0",
            "block device `sda`: Size must be a number of kB other than 0, within 64 bits, not `0`",
        ),
        (
            "+Size=x",
            "block device `sda`: Size must be a number of kB other than 0, within 64 bits, not `x`",
        ),
        (
            "+Size=",
            "block device `sda`: Size must be a number of kB other than 0, within 64 bits, not ``",
        ),
        (
            "+Size=9223372036854775808",
            "block device `sda`: Size must be a number of kB other than 0, within 64 bits, not `9223372036854775808`",
        ),
        (
            "+Size=-9223372036854775809",
            "block device `sda`: Size must be a number of kB other than 0, within 64 bits, not `-9223372036854775809`",
        ),
    ] {
        let text = xml(
            TWO,
            &format!("Machine 0x1\n  NUMANode 0x1\n  OSDev osdev_type=0 name=sda {infos}"),
        );
        let found = match load(&text, &[]) {
            Ok(graph) => {
                let id = graph.vertices_at("/cluster0/storage0")[0];
                let property = graph.properties(id).next().unwrap();
                assert_eq!(property.0, "LinuxDeviceID");
                format!("{} {}", graph.vertex(id).size, property.1)
            }
            Err(error) => error.kind().to_string(),
        };
        assert_eq!(found, expected, "{infos}");
        assert_eq!(paths(&text, &["gpu"]), "", "{infos}");
    }
}

#[test]
fn hosts() {
    for (host, expected) in [
        ("ant012", "ant012 ant 12 0"),
        ("login", "login login -1 0"),
        ("0012", "0012 0012 12 0"),
        ("n0-eth", "n0-eth n0-eth -1 0"),
        ("", "  -1 0"),
        ("n9223372036854775807", "n9223372036854775807 n 9223372036854775807 0"),
        (
            "n9223372036854775808",
            "host `n9223372036854775808`: the number at its end must be below 2^63",
        ),
    ] {
        let text = xml(TWO, &format!("Machine 0x1 +HostName={host} +HostName=b\n  NUMANode 0x1"));
        let found = match load(&text, &["node"]) {
            Ok(graph) => {
                let node = &graph.vertices()[1];
                let (name, basename) = (graph.text(node.name), graph.basename(node));
                format!("{name} {basename} {} {}", node.id, node.rank)
            }
            Err(error) => error.kind().to_string(),
        };
        assert_eq!(found, expected);
    }
}

#[test]
fn the_allowlist_filters_words() {
    let outline = "
Machine 0xff +HostName=n1
  NUMANode 0xff
  Group 0x7
    L3Cache 0x3 depth=3
      PU 0x1
      PU 0x2
    L3Cache 0x4 depth=3
      PU 0x4
  Group 0x8
  OSDev osdev_type=5 name=cuda0
  OSDev osdev_type=0 +Size=7";
    let all = "n1 n1/group0 n1/group0/L3cache0 n1/group0/L3cache0/pu0 n1/group0/L3cache0/pu1 \
               n1/group0/L3cache1 n1/group0/L3cache1/pu2 n1/group1 n1/numanode0 n1/gpu0 n1/storage1";
    for (allowlist, expected) in [
        (vec![], all),
        (vec![""], all),
        (vec!["", "", ""], all),
        (vec!["node"], "n1"),
        (vec!["node", "", "node"], "n1"),
        (vec!["cluster"], ""),
        (vec!["memory", "cache", "L4cache", " node", "Node", "machine"], ""),
        (vec!["pu", "storage"], "pu0 pu1 pu2 storage1"),
        (vec!["L3cache", "numanode"], "L3cache0 L3cache1 numanode0"),
        (vec!["node", "group", "gpu"], "n1 n1/group0 n1/group1 n1/gpu0"),
    ] {
        assert_eq!(paths(&xml(TWO, outline), &allowlist), expected, "{allowlist:?}");
    }
}

#[test]
fn step_n1_orders_children_and_drops_objects() {
    for (outline, expected) in [
        // By the first processor of the complete set; without any, last.
        (
            "  Package 0x0 complete_cpuset=0x0\n    OSDev osdev_type=5 name=cuda3\n  Package 0xc complete_cpuset=0x1c\n    Core 0x8\n    Core 0x4\n  Package 0x3",
            "socket0 socket1 socket1/core0 socket1/core1 socket2 socket2/gpu3",
        ),
        (
            "  Package 0x4 complete_cpuset=0x6\n  Core 0x8\n  Package 0x2 complete_cpuset=0x9",
            "socket0 socket1 core0",
        ),
        // What is dropped leaves its children behind.
        ("  Misc\n    Misc\n      Misc\n  Package 0x1", "socket0"),
        ("  OSDev osdev_type=4 name=dma0\n    OSDev osdev_type=5 name=cuda3", "gpu3"),
        (
            "  Package 0x1\n    PCIDev pci_type=0780\n      OSDev osdev_type=5 name=x",
            "socket0 socket0/gpu0",
        ),
        // Nested machines are groups, groups for dies are dies.
        ("  Machine 0x3 +HostName=a\n  Machine 0xc +HostName=b", "group0 group1"),
        (
            "  Group 0x3 subtype=Die\n    Core 0x3\n  Group 0xc subtype=Die\n    Core 0xc",
            "core0 core1",
        ),
    ] {
        check(outline, expected);
    }
}

/// A PCI device of a class keeps what has no processors, if the device itself is kept.
#[test]
fn step_n1_keeps_pci_devices_of_some_classes() {
    let outline = |class| format!("  Package 0x0\n    PCIDev pci_type={class}");
    for class in
        ["0000", "0108", "02ff", "0302", "0b40", "1200", "0c04", "0c06", "0502", "0x0302", "-"]
    {
        check(&outline(class), "socket0");
    }
    for class in
        ["0600", "0401", "0500", "0c03", "0780", "1180", "ff00", "10302", "99999999999999999999"]
    {
        check(&outline(class), "");
    }
    check("  Package 0x0\n    Bridge\n      Bridge", "");
    check("  Package 0x0\n    Bridge\n      Bridge\n        OSDev osdev_type=2", "socket0");
}

#[test]
fn step_n2_converts_hwloc_1() {
    for (outline, expected) in [
        // Typeless caches and Misc objects with processors.
        (
            "Machine 0x3\n  NUMANode 0x3\n  Cache 0x1 depth=2 cache_type=0\n  Cache 0x2 depth=2",
            "L2cache0 L2cache1 numanode0",
        ),
        (
            "Machine 0x3\n  NUMANode 0x3\n  Cache 0x1 depth=1 cache_type=2\n  Cache 0x2 depth=1 cache_type=2",
            "numanode0",
        ),
        ("Machine 0x3\n  NUMANode 0x3\n  Misc 0x1\n  Misc 0x2", "group0 group1 numanode0"),
        // A NUMA node that is where its parent is, and one for each package.
        ("Machine 0x3\n  NUMANode 0x3\n    Core 0x1\n    Core 0x2", "core0 core1 numanode0"),
        (
            "Machine 0xf\n  NUMANode 0x3\n    Socket 0x3\n  NUMANode 0xc\n    Socket 0xc",
            "socket0 socket0/numanode0 socket1 socket1/numanode1",
        ),
        (
            "Machine 0x3\n  Socket 0x3\n    NUMANode 0x1\n      Core 0x1\n    NUMANode 0x2\n      Core 0x2",
            "socket0 socket0/core0 socket0/core0/numanode0 socket0/core1 socket0/core1/numanode1",
        ),
        (
            "Machine 0xf\n  Socket 0xf\n    NUMANode 0x3\n      Core 0x1\n      Core 0x2\n    NUMANode 0xc\n      Core 0x4\n      Core 0x8",
            "socket0 socket0/group0 socket0/group0/core0 socket0/group0/core1 socket0/group0/numanode0 \
             socket0/group1 socket0/group1/core2 socket0/group1/core3 socket0/group1/numanode1",
        ),
        // In such a group children keep the order of the document.
        (
            "Machine 0xf\n  NUMANode 0x3\n    Core 0x2 os_index=1\n    PU 0x1\n  NUMANode 0xc\n    PU 0x4",
            "group0 group0/core0 group0/pu0 group0/numanode0 group1 group1/pu1 group1/numanode1",
        ),
        // A NUMA node without processors.
        (
            "Machine 0x3\n  NUMANode 0x3\n    Core 0x3\n  NUMANode 0x0",
            "core0 group0 group0/numanode0 numanode1",
        ),
        (
            "Machine 0x3\n  NUMANode 0x3\n    Core 0x3\n  NUMANode 0x0 subtype=MCDRAM",
            "core0 numanode0 numanode1",
        ),
        (
            "Machine 0x3\n  NUMANode 0x3 subtype=a\n    Core 0x3\n  NUMANode 0x0 subtype=MCDRAM",
            "core0 group0 group0/numanode0 numanode1",
        ),
        // A NUMA node in a NUMA node.
        (
            "Machine 0xf\n  NUMANode 0x3\n    Core 0x1\n    NUMANode 0x3\n      Core 0x2\n  Core 0x4",
            "group0 group0/core0 group0/core1 group0/numanode0 group0/numanode1 core2",
        ),
        // A NUMA node as the root.
        ("NUMANode 0x3 +HostName=n5\n  Core 0x2\n  Core 0x1", "n5 n5/core0 n5/core1 n5/numanode0"),
    ] {
        check_legacy(outline, expected);
    }
}

#[test]
fn step_n2_adds_a_numa_node_where_there_are_no_nodesets() {
    for (outline, expected) in [
        ("Machine 0x3\n  Core 0x1\n  Core 0x2", "core0 core1 numanode0"),
        (
            "Machine 0x3\n  Socket 0x3\n    Core 0x3\n    Core 0x0",
            "socket0 socket0/core0 socket0/numanode0",
        ),
        (
            "Machine 0x3\n  Socket 0x7\n    Core 0x3",
            "socket0 socket0/core0 socket0/core0/numanode0",
        ),
        ("Machine 0x1\n  PU 0x1", "pu0 numanode0"),
        ("Machine 0x3", "numanode0"),
    ] {
        let outline = outline
            .lines()
            .map(|line| format!("{line} nodeset=- complete_nodeset=-\n"))
            .collect::<String>();
        check_legacy(&outline, expected);
        let root = outline.replacen("nodeset=- complete_nodeset=-", "nodeset=0x0", 1);
        check_legacy(&root, expected);
        let opening = "<root>";
        assert_eq!(paths(&xml(opening, &outline), &[]), expected);
    }
}

#[test]
fn step_n3_removes_what_is_not_allowed() {
    let outline = "
  NUMANode 0xf nodeset=0x1
  NUMANode 0x0 nodeset=0x2
  Package 0x3
    NUMANode 0x3 nodeset=0x4
    Core 0x1
    Core 0x2
  Package 0xc
    Core 0x4
    Core 0x8
  Package 0x10
    OSDev osdev_type=2
  Package 0x20
    Core 0x20
    Bridge
      Bridge";
    for (root, expected) in [
        (
            "0xf",
            "socket0 socket0/core0 socket0/core1 socket0/numanode0 socket1 socket1/core2 socket1/core3 \
             socket2 numanode1 numanode2",
        ),
        (
            "0xff allowed_cpuset=0xf...f,0xffffffe8",
            "socket0 socket0/numanode0 socket1 socket1/core0 socket2 socket3 socket3/core1 numanode1 numanode2",
        ),
        (
            "0xff allowed_cpuset=0x4 allowed_nodeset=0x3",
            "socket0 socket0/core0 socket1 numanode0 numanode1",
        ),
        ("0x4 allowed_nodeset=0x2", "socket0 socket0/core0 socket1 numanode0"),
        ("0xf allowed_cpuset=0x40", NO_PROCESSOR),
        ("0x0", NO_PROCESSOR),
        ("0xf allowed_nodeset=0x8", NO_NUMA_NODE),
    ] {
        assert_eq!(paths(&xml(TWO, &format!("Machine {root}{outline}")), &[]), expected, "{root}");
    }
}

const NO_PROCESSOR: &str =
    "no allowed processor: `cpuset` and `allowed_cpuset` of the root object have none in common";
const NO_NUMA_NODE: &str =
    "no allowed NUMANode: the topology needs one whose `nodeset` is within `allowed_nodeset`";

#[test]
fn steps_n4_and_n6_number_objects_by_level() {
    for (outline, expected) in [
        // Numbers are machine-wide and not those of the system.
        (
            "  Package 0x3 os_index=4\n    Core 0x1 os_index=8\n    Core 0x2\n  Package 0xc\n    Core 0x4",
            "socket0 socket0/core0 socket0/core1 socket1 socket1/core2",
        ),
        // An object of another type does not disturb a level, wherever it is.
        ("  PU 0x1\n  Package 0x6\n    PU 0x2\n    PU 0x4", "pu0 socket0 socket0/pu1 socket0/pu2"),
        (
            "  Package 0x1\n    Core 0x1\n  Core 0x2\n  Package 0xc\n    Core 0x4\n    Core 0x8",
            "socket0 socket0/core0 core1 socket1 socket1/core2 socket1/core3",
        ),
        // What has the first type below it comes before that type.
        (
            "  Core 0x1\n  Package 0x6\n    Core 0x2\n    Core 0x4\n  Group 0x30\n    Package 0x10\n    Package 0x20",
            "core0 socket0 socket0/core1 socket0/core2 group0 group0/socket1 group0/socket2",
        ),
        // Groups are on one level only if they are alike, and each level counts anew.
        ("  Group 0x1 kind=1\n  Group 0x2 kind=1", "group0 group1"),
        ("  Group 0x1 kind=1\n  Group 0x2 kind=2", "group0 group0"),
        (
            "  Group 0x1 subkind=1\n  Group 0x2 subkind=2\n  Group 0x4 subkind=1",
            "group0 group0 group1",
        ),
        (
            "  Group 0x3 kind=1\n    Group 0x1 kind=2\n    Group 0x2 kind=2\n  Group 0xc kind=1",
            "group0 group0/group0 group0/group1 group1",
        ),
        (
            "  Group 0x3\n    Group 0x1\n    Group 0x2\n  Group 0xc",
            "group0 group0/group0 group0/group1 group1",
        ),
        // All OS devices share one counter; normal children come first.
        (
            "  OSDev osdev_type=2\n  OSDev osdev_type=5 name=a\n  Package 0x1\n    OSDev osdev_type=5 name=b\n    Bridge\n      PCIDev\n        OSDev osdev_type=5 name=c\n  Package 0x2",
            "socket0 socket0/gpu0 socket0/gpu1 socket1 gpu3",
        ),
        // Memory that is closer to the root has the higher number, normal children come first.
        (
            "  Package 0x1\n    NUMANode 0x1\n  Package 0x2\n    NUMANode 0x2",
            "socket0 socket0/numanode0 socket1 socket1/numanode1 numanode2",
        ),
    ] {
        check(outline, expected);
    }
}

#[test]
fn step_n5_merges_levels() {
    for (outline, expected) in [
        // The removable level goes, whether it is the upper or the lower.
        ("  L2Cache 0x1 depth=2\n    Core 0x1\n  L2Cache 0x2 depth=2\n    Core 0x2", "core0 core1"),
        (
            "  Package 0x1\n    L3Cache 0x1 depth=3\n  Package 0x2\n    L3Cache 0x2 depth=3",
            "socket0 socket1",
        ),
        (
            "  Package 0x3\n    L3Cache 0x3 depth=3\n      Core 0x1\n      Core 0x2",
            "socket0 socket0/core0 socket0/core1",
        ),
        // Neither is removable.
        ("  Package 0xff\n    Core 0xff\n      PU 0xff", "socket0 socket0/core0 socket0/core0/pu0"),
        ("  Die 0xff\n    Core 0xff", "core0"),
        ("  L3iCache 0x1 depth=3 cache_type=2\n    Core 0x1", "core0"),
        // The root absorbs what is just below it.
        ("  Group 0xff\n    Core 0x1\n    Core 0x2", "core0 core1"),
        ("  L3Cache 0xff depth=3", ""),
        // Both are removable: the lower priority goes, of two alike the lower level.
        (
            "  Group 0x1\n    L2Cache 0x1 depth=2\n  Group 0x2\n    L2Cache 0x2 depth=2",
            "L2cache0 L2cache1",
        ),
        (
            "  L2Cache 0x1 depth=2\n    Group 0x1\n  L2Cache 0x2 depth=2\n    Group 0x2",
            "L2cache0 L2cache1",
        ),
        (
            "  L2Cache 0x1 depth=2\n    L1Cache 0x1 depth=1\n  L2Cache 0x2 depth=2\n    L1Cache 0x2 depth=1",
            "L2cache0 L2cache1",
        ),
        (
            "  L1iCache 0x1 depth=1 cache_type=2\n    L1Cache 0x1 depth=1\n  L1iCache 0x2 depth=1 cache_type=2\n    L1Cache 0x2 depth=1",
            "L1cache0 L1cache1",
        ),
        (
            "  L1Cache 0x1 depth=1\n    L1iCache 0x1 depth=1 cache_type=2\n  L1Cache 0x2 depth=1\n    L1iCache 0x2 depth=1 cache_type=2",
            "L1cache0 L1cache1",
        ),
        // One level may swallow several, from the lowest up.
        (
            "  L2Cache 0x1 depth=2\n    L1Cache 0x1 depth=1\n      Core 0x1\n        PU 0x1\n  L2Cache 0x2 depth=2\n    L1Cache 0x2 depth=1\n      Core 0x2\n        PU 0x2",
            "core0 core0/pu0 core1 core1/pu1",
        ),
        // Not identical: other numbers of objects, of children, or other parents.
        (
            "  L2Cache 0x3 depth=2\n    Core 0x1\n    Core 0x2\n  L2Cache 0xc depth=2\n    Core 0x4\n    Core 0x8",
            "L2cache0 L2cache0/core0 L2cache0/core1 L2cache1 L2cache1/core2 L2cache1/core3",
        ),
        (
            "  L2Cache 0x1 depth=2\n    Core 0x1\n  L2Cache 0x2 depth=2",
            "L2cache0 L2cache0/core0 L2cache1",
        ),
        (
            "  L2Cache 0x1 depth=2\n    Core 0x1\n  L2Cache 0x2 depth=2\n  Core 0x4",
            "L2cache0 L2cache0/core0 L2cache1 core1",
        ),
        (
            "  L2Cache 0x5 depth=2\n    Core 0x1\n    PU 0x4\n  L2Cache 0x2 depth=2\n    Core 0x2",
            "L2cache0 L2cache0/core0 L2cache0/pu0 L2cache1 L2cache1/core1",
        ),
        // Memory above processors keeps a level above them; above others it does not.
        (
            "  L2Cache 0x1 depth=2\n    NUMANode 0x1\n    PU 0x1\n  L2Cache 0x2 depth=2\n    PU 0x2",
            "L2cache0 L2cache0/pu0 L2cache0/numanode0 L2cache1 L2cache1/pu1 numanode1",
        ),
        ("  L2Cache 0x1 depth=2\n    PU 0x1\n  L2Cache 0x2 depth=2\n    PU 0x2", "pu0 pu1"),
        (
            "  Group 0x1\n    NUMANode 0x1\n    Core 0x1\n  Group 0x2\n    Core 0x2",
            "core0 core0/numanode0 core1 numanode1",
        ),
        // Groups that must not merge stay above, but not below.
        (
            "  Group 0x1 dont_merge=1\n    Core 0x1\n  Group 0x2\n    Core 0x2",
            "group0 group0/core0 group1 group1/core1",
        ),
        ("  Group 0x1 dont_merge=0\n    Core 0x1\n  Group 0x2\n    Core 0x2", "core0 core1"),
        ("  Core 0x1\n    Group 0x1 dont_merge=1\n  Core 0x2\n    Group 0x2", "core0 core1"),
        // Other children of the upper object come first.
        (
            "  Package 0x5\n    OSDev osdev_type=5 name=cuda1\n    NUMANode 0x1 nodeset=0x2\n    L3Cache 0x5 depth=3\n      NUMANode 0x1\n      OSDev osdev_type=5 name=cuda2\n      Core 0x1\n      Core 0x4\n  Package 0x2\n    L3Cache 0x2 depth=3\n      Core 0x2",
            "socket0 socket0/core0 socket0/core1 socket0/numanode0 socket0/numanode1 socket0/gpu1 socket0/gpu2 \
             socket1 socket1/core2 numanode2",
        ),
    ] {
        check(outline, expected);
    }
}

#[test]
fn a_removable_root_can_go() {
    let outline = "Group 0x3\n  NUMANode 0x3\n  OSDev osdev_type=5 name=cuda1\n  Package 0x3\n    OSDev osdev_type=5 name=cuda2";
    assert_eq!(
        paths(&xml(TWO, outline), &[]),
        "socket0 socket0/numanode0 socket0/gpu1 socket0/gpu2"
    );
}

#[test]
fn versions() {
    let numa = "Machine 0x1 complete_cpuset=-\n  NUMANode 0x1 complete_cpuset=-\n  Core 0x1 complete_cpuset=-";
    let uma = "Machine 0x1 nodeset=- complete_nodeset=-\n  Core 0x1 nodeset=- complete_nodeset=-";
    let halves = "Machine: of `cpuset` and `complete_cpuset`, and of the nodesets, it must have both or none";
    let rootless = "Machine: the root object must have a `nodeset` with a node";
    let version =
        |v| format!("`version` of `topology` must be 2.x, or absent for hwloc 1, not `{v}`");
    for (opening, with_numa, without) in [
        ("<topology>", halves, "core0 core0/numanode0"),
        ("<root>", halves, "core0 core0/numanode0"),
        ("<root version=\"2.0\">", halves, "core0 core0/numanode0"),
        ("<topology version=\"1.0\">", halves, "core0 core0/numanode0"),
        ("<topology version=\"2.0\">", "core0 numanode0", rootless),
        ("<topology version=\"2.99\" more=\"\">", "core0 numanode0", rootless),
        ("<topology version=\"3.0\">", &version("3.0"), &version("3.0")),
        ("<topology version=\"2\">", &version("2"), &version("2")),
        ("<topology version=\"\">", &version(""), &version("")),
        ("<topology version=\"2.x\">", &version("2.x"), &version("2.x")),
        (
            "<topology version=\"22222222222.0\">",
            &version("22222222222.0"),
            &version("22222222222.0"),
        ),
    ] {
        assert_eq!(paths(&xml(opening, numa), &[]), with_numa, "{opening}");
        assert_eq!(paths(&xml(opening, uma), &[]), without, "{opening}");
    }
}

#[test]
fn any_well_formed_xml_will_do() {
    let text = "\u{feff}<!-- c --><topology version='2.0' >\n\n<!-- c --><object  type='Machine' zip='&lt;'
        cpuset = '0x1' nodeset='0x1' unknown='&#10;'>text<info/><info name='HostName' value='a&#49;'/>
        <page_type size='1' x=''/><userdata length='1'>%&#65;<object/></userdata><![CDATA[<]]>
        <object type='NUMANode' cpuset='0x1' nodeset='0x1'/></object>
        <distances2 nbobjs='x'/><support/><memattr/><cpukind/><object/></topology><!-- c -->";
    assert_eq!(paths(text, &[]), "a1 a1/numanode0");
    let legacy = "<topology><object type='Machine' cpuset='1' complete_cpuset='1'><distances/></object></topology>";
    assert_eq!(paths(legacy, &[]), "numanode0");
}

fn check_error(text: &str, expected: &str) {
    let error = load(text, &[]).unwrap_err();
    let start = text.chars().take(200).collect::<String>();
    assert_eq!(error.to_string(), expected, "{start}");
}

#[test]
fn errors_in_the_text() {
    check_error(" ", "not XML: the document does not have a root node (line 1, column 1)");
    check_error("hello", "not XML: unknown token at 1:1 (line 1, column 1)");
    check_error(
        "<topology>\n<object></topology>",
        "not XML: expected 'object' tag, not 'topology' at 2:9 (line 2, column 9)",
    );
    check_error(
        "<graphml/>",
        "expected an element `topology` or `root`, not `graphml` (line 1, column 1)",
    );
    check_error("<topology/>", "`topology` must start with an `object` (line 1, column 1)");
    check_error(
        "<topology> <info/><object/></topology>",
        "`topology` must start with an `object` (line 1, column 1)",
    );
    let first = "the first attribute of an `object` must be `type`";
    check_error("<root>\n <object/></root>", &format!("{first} (line 2, column 2)"));
    check_error(
        "<root><object cpuset='1' type='PU'/></root>",
        &format!("{first} (line 1, column 7)"),
    );
}

/// Checks what the reader says about the last object of an outline below a machine with a NUMA node.
fn check_misfit(opening: &str, outline: &str, expected: &str) {
    let text = xml(opening, &format!("Machine 0xff\n  NUMANode 0xff\n{outline}"));
    assert_eq!(paths(&text, &[]), expected, "{outline}");
    let error = load(&text, &[]).unwrap_err();
    let line = text[..text.rfind("<object").unwrap()].lines().count() + 1;
    assert_eq!(error.position().map(|at| at.line), Some(line), "{outline}");
}

#[test]
fn errors_in_objects() {
    let unknown = |ty| {
        format!("`type` must be an object type of hwloc such as Machine, Package or PU, not `{ty}`")
    };
    for ty in ["Foo", "System", "Cache", "M", "L6Cache"] {
        check_misfit(TWO, &format!("  {ty} 0x1"), &unknown(ty));
    }
    check_misfit(ONE, "  System 0x1", &unknown("System"));
    let long = "x".repeat(100);
    check_misfit(TWO, &format!("  {long} 0x1"), &unknown(&format!("{}...", "x".repeat(80))));
    for name in ["cpuset", "complete_cpuset", "nodeset", "complete_nodeset"] {
        check_misfit(
            TWO,
            &format!("  Core 0x1 {name}=0-3"),
            &format!(
                "`{name}` must be hexadecimal words such as 0x00000001,0xffffffff and stay below 65536, not `0-3`"
            ),
        );
    }
    for (outline, expected) in [
        ("  Package", "Package: it must have a `cpuset`"),
        ("  Die", "Die: it must have a `cpuset`"),
        ("  Core", "Core: it must have a `cpuset`"),
        ("  PU", "PU: it must have a `cpuset`"),
        ("  Group", "Group: it must have a `cpuset`"),
        ("  Machine", "Group: it must have a `cpuset`"),
        ("  L2Cache depth=2", "L2Cache: it must have a `cpuset`"),
        ("  NUMANode nodeset=0x1", "NUMANode: it must have a `cpuset`"),
        ("  MemCache", "MemCache: it must have a `cpuset`"),
        ("  Bridge 0x1", "Bridge: it must not have a `cpuset`"),
        ("  PCIDev 0x1", "PCIDev: it must not have a `cpuset`"),
        ("  OSDev 0x1", "OSDev: it must not have a `cpuset`"),
        ("  Misc 0x1", "Misc: it must not have a `cpuset`"),
        ("  NUMANode 0x1 nodeset=-", "NUMANode: it must have a `nodeset`"),
        ("  L2Cache 0x1", "L2Cache: `depth` and `cache_type` must agree with `type`"),
        ("  L2Cache 0x1 depth=3", "L2Cache: `depth` and `cache_type` must agree with `type`"),
        (
            "  L2Cache 0x1 depth=2 cache_type=2",
            "L2Cache: `depth` and `cache_type` must agree with `type`",
        ),
        ("  L2iCache 0x1 depth=2", "L2iCache: `depth` and `cache_type` must agree with `type`"),
        ("  Core 0x1 nodeset=-\n    PU 0x1", "PU: it has a `nodeset`, so its parent must have one"),
        (
            "  Bridge\n    Bridge nodeset=0x1",
            "Bridge: it has a `nodeset`, so its parent must have one",
        ),
        ("  NUMANode 0x1\n    Core 0x1", "Core: it must not be below a memory, I/O or Misc object"),
        ("  MemCache 0x1\n    Core 0x1", "Core: it must not be below a memory, I/O or Misc object"),
        ("  Bridge\n    Core 0x1", "Core: it must not be below a memory, I/O or Misc object"),
        ("  Misc\n    Core 0x1", "Core: it must not be below a memory, I/O or Misc object"),
        ("  PCIDev\n    NUMANode 0x1", "NUMANode: it must not be below an I/O or Misc object"),
        ("  Misc\n    NUMANode 0x1", "NUMANode: it must not be below an I/O or Misc object"),
        ("  NUMANode 0x1\n    Bridge", "Bridge: it must not be below a memory object"),
        ("  Misc\n    OSDev osdev_type=2", "OSDev: it must not be below a Misc object"),
    ] {
        check_misfit(TWO, outline, expected);
    }
    let halves =
        "of `cpuset` and `complete_cpuset`, and of the nodesets, it must have both or none";
    for (outline, expected) in [
        ("  Core 0x1 complete_cpuset=-", format!("Core: {halves}")),
        ("  Core 0x1 cpuset=-", format!("Core: {halves}")),
        ("  Core 0x1 nodeset=-", format!("Core: {halves}")),
        ("  Core 0x1 complete_nodeset=-", format!("Core: {halves}")),
        ("  Group nodeset=0x1 complete_nodeset=0x1", "Group: it must have a `cpuset`".to_owned()),
        (
            "  Bridge\n    Core 0x1",
            "Core: it has a `cpuset`, so its parent must have one".to_owned(),
        ),
        ("  Cache 0x1", "Cache: `depth` must be 1 to 5, of an instruction cache 1 to 3".to_owned()),
        (
            "  Cache 0x1 depth=4 cache_type=2",
            "Cache: `depth` must be 1 to 5, of an instruction cache 1 to 3".to_owned(),
        ),
    ] {
        check_misfit(ONE, outline, &expected);
    }
}

#[test]
fn half_a_group_of_hwloc_1_is_left_out() {
    for attributes in ["complete_cpuset=-", "cpuset=-", "nodeset=-", "complete_nodeset=-"] {
        let outline = format!(
            "Machine 0x3\n  NUMANode 0x3\n  Group 0x1 {attributes}\n    Core 0x1\n    Core 0x2"
        );
        check_legacy(&outline, "core0 core1 numanode0");
    }
}

#[test]
fn errors_at_the_root() {
    for (opening, outline, expected) in [
        (
            TWO,
            "Machine 0x1 nodeset=-",
            "Machine: the root object must have a `nodeset` with a node",
        ),
        (
            TWO,
            "Machine 0x1 nodeset=0x0",
            "Machine: the root object must have a `nodeset` with a node",
        ),
        (TWO, "Machine nodeset=0x1", "Machine: it must have a `cpuset`"),
        (TWO, "Bridge nodeset=0x1", "Bridge: the root object must have a `cpuset`"),
        (ONE, "Misc", "Misc: the root object must have a `cpuset`"),
        (ONE, "Group 0x1 cpuset=-", "Group: the root object must have a `cpuset`"),
        (TWO, "Machine 0x1\n  Core 0x1", NO_NUMA_NODE),
        (ONE, "Machine 0x1\n  Core 0x1", NO_NUMA_NODE),
        (ONE, "Machine 0x0\n  NUMANode 0x0", NO_PROCESSOR),
        (
            TWO,
            "Machine 0x1 allowed_cpuset=z",
            "`allowed_cpuset` must be hexadecimal words such as 0x00000001,0xffffffff and stay below 65536, not `z`",
        ),
    ] {
        assert_eq!(paths(&xml(opening, outline), &[]), expected, "{outline}");
    }
    // Only the root says what is allowed.
    check("  Core 0x1 allowed_cpuset=z allowed_nodeset=0x0\n  Core 0x2", "core0 core1");
}

#[test]
fn misplaced_elements() {
    let place = |inner: &str| {
        format!(
            "<topology version='2.0'><object type='Machine' cpuset='1' nodeset='1'>{inner}</object></topology>"
        )
    };
    let numa = "<object type='NUMANode' cpuset='1' nodeset='1'/>";
    assert_eq!(paths(&place(numa), &[]), "numanode0");
    for (inner, name) in [
        (format!("{numa}<info/>"), "info"),
        (format!("{numa}<userdata/>"), "userdata"),
        (format!("<distances/>{numa}"), "distances"),
        (format!("<zip/>{numa}"), "zip"),
        (format!("{numa}<support/>"), "support"),
    ] {
        let expected = format!(
            "an `object` may have info, page_type, userdata, in hwloc 1 distances, and then objects: \
             `{name}` is out of place"
        );
        assert_eq!(paths(&place(&inner), &[]), expected, "{inner}");
    }
}

#[test]
fn faults_of_the_walk_accumulate() {
    let outline = "
Machine 0x1 +HostName=n9223372036854775808
  NUMANode 0x1
  OSDev osdev_type=0 name=sda
  OSDev osdev_type=0 name=sdb +Size=no";
    let error = load(&xml(TWO, outline), &[]).unwrap_err();
    let HwlocErrorKind::Walk(faults) = error.kind() else { panic!("{error}") };
    let [
        WalkFault::HostNumber(host),
        WalkFault::NoSize(device),
        WalkFault::Size { device: other, value },
    ] = &faults[..]
    else {
        panic!("{faults:?}")
    };
    assert_eq!([host, device, other, value], ["n9223372036854775808", "sda", "sdb", "no"]);
    assert_snapshot!(error, @"host `n9223372036854775808`: the number at its end must be below 2^63 (and 2 more objects) (line 4, column 1)");
    let error = load(&xml(TWO, outline), &["storage"]).unwrap_err();
    assert_snapshot!(error, @"block device `sda`: an `info` of the name Size must give its size in kB (and 1 more objects) (line 7, column 1)");
    let HwlocErrorKind::Walk(faults) = error.kind() else { unreachable!("{error}") };
    assert_snapshot!(faults[1], @"block device `sdb`: Size must be a number of kB other than 0, within 64 bits, not `no`");
}

#[test]
fn deep_nesting_is_refused() {
    let open = "<object type='Group' cpuset='1' complete_cpuset='1'>";
    let nested = |depth: usize| {
        let (open, close) = (open.repeat(depth), "</object>".repeat(depth));
        format!(
            "<topology><object type='Machine' cpuset='1' complete_cpuset='1'>{open}{close}</object></topology>"
        )
    };
    assert_eq!(paths(&nested(100), &[]), "numanode0");
    for depth in [101, 10_000, 100_000] {
        let error = load(&nested(depth), &[]).unwrap_err();
        assert_eq!(error.kind(), &HwlocErrorKind::TooDeep, "{depth}");
        assert_eq!(
            error.position().map(|at| at.column),
            Some(nested(0).find("</object>").unwrap() + 100 * open.len() + 1),
            "{depth}"
        );
    }
}

/// A NUMA node of hwloc 1 may need a group of its own at every level.
#[test]
fn inserted_groups_stay_within_the_depth_of_paths() {
    let object = |ty, set| {
        format!(
            "<object type='{ty}' cpuset='{set}' complete_cpuset='{set}' nodeset='1' complete_nodeset='1'>"
        )
    };
    let level = |n| {
        let core = object("Core", 1);
        format!("{}{core}</object>", object("NUMANode", if n % 2 == 0 { 1 } else { 3 }))
    };
    let levels: String = (0..99).map(level).collect();
    let close = "</object>".repeat(100);
    let text = format!("<root>{}{levels}{close}</root>", object("Machine", 7));
    let graph = load(&text, &[]).unwrap();
    let paths = graph.vertices().iter().filter_map(|v| v.path);
    let deepest = paths.map(|path| graph.paths().slashes(path)).max();
    assert_eq!((graph.vertices().len(), deepest), (297, Some(100)));
}

#[test]
fn truncated_texts_are_errors() {
    let text = xml(TWO, EXAMPLE);
    for end in (1..text.len() - 1).step_by(7) {
        assert!(load(&text[..end], &[]).is_err(), "{end}");
    }
}

#[test]
fn hostile_texts_are_refused() {
    let bomb = "<!DOCTYPE topology [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<topology>&b;</topology>";
    check_error(bomb, "not XML: XML with DTD detected (line 1, column 1)");
    let external =
        "<!DOCTYPE topology [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><topology>&a;</topology>";
    check_error(external, "not XML: XML with DTD detected (line 1, column 1)");
    let long = format!("<topology>{}</topology>", " ".repeat(1 << 24));
    check_error(&long, "the text is too long: at most 16777216 bytes are supported");
    let huge = xml(TWO, &format!("Machine 0x1{}", ",".repeat(1 << 20)));
    assert!(
        matches!(load(&huge, &[]).unwrap_err().kind(), HwlocErrorKind::Set { value, .. } if value.len() == 83)
    );
}

/// As many kinds as objects make as many levels.
#[test]
fn many_levels_are_refused() {
    let groups: String = (0..4000).map(|n| format!("  Group 0x1 kind={n}\n")).collect();
    let text = xml(TWO, &format!("Machine 0x1\n  NUMANode 0x1\n{groups}"));
    assert_eq!(load(&text, &[]).unwrap_err().kind(), &HwlocErrorKind::TooLarge);
}

/// Sets that go on for ever are cut to what the parent has, which is large here.
#[test]
fn endless_sets_take_bounded_memory() {
    let all = format!("0xf...f,0x1{}", ",".repeat(2046));
    let cores = "  Core 0xf...f\n".repeat(20_000);
    let text = xml(TWO, &format!("Machine {all}\n  NUMANode {all}\n{cores}"));
    assert_eq!(load(&text, &["core"]).unwrap().vertices().len(), 20_001);
}

#[test]
fn a_large_machine() {
    let mut outline = "Machine 0xf...f +HostName=big\n  NUMANode 0xf...f\n".to_owned();
    for socket in 0..16 {
        outline +=
            &format!("  Package {}0xffffffff{}\n", "0xffffffff,".repeat(7), ",".repeat(8 * socket));
        for core in 0..256 {
            let number = socket * 256 + core;
            let set = format!("{:#x}{}", 1u32 << (number % 32), ",".repeat(number / 32));
            outline += &format!(
                "    L2Cache {set} depth=2\n      Core {set}\n        PU {set}\n        PU {set}\n"
            );
        }
    }
    let graph = load(&xml(TWO, &outline), &[]).unwrap();
    // The cluster, the machine, its memory, and what is in the packages: the caches add nothing.
    assert_eq!(graph.vertices().len(), 3 + 16 * (1 + 256 * 3));
}

/// hwloc 1.x says the subtype of an object in an `info` element of the name Type or CoProcType.
#[test]
fn subtypes_of_hwloc_1_are_infos() {
    for info in ["+Type=Die", "+CoProcType=Die", "+Type=Module +Type=Die", "subtype=Die"] {
        for ty in ["Group", "Misc"] {
            check_legacy(
                &format!(
                    "Machine 0x3\n  NUMANode 0x3\n  Socket 0x3\n    {ty} 0x1 {info}\n      Core 0x1\n    {ty} 0x2 {info}\n      Core 0x2"
                ),
                "socket0 socket0/core0 socket0/core1 numanode0",
            );
        }
    }
    // The last one counts; hwloc 2 has an attribute instead.
    for info in ["+Type=Die +Type=Module", "subtype=Die +CoProcType=x", "+type=Die", ""] {
        check_legacy(
            &format!("Machine 0x3\n  NUMANode 0x3\n  Group 0x1 {info}\n  Group 0x2 {info}"),
            "group0 group1 numanode0",
        );
    }
    check("  Group 0x1 +Type=Die\n  Group 0x2 +Type=Die", "group0 group1");
    // Memory of Knights Landing, with one cluster and with several.
    check_legacy(
        "Machine 0x3\n  NUMANode 0x3\n    Core 0x1\n    Core 0x2\n  NUMANode 0x0 +Type=MCDRAM",
        "core0 core1 numanode0 numanode1",
    );
    check_legacy(
        "Machine 0xf\n  Group 0x3\n    NUMANode 0x3\n      Core 0x1\n      Core 0x2\n    NUMANode 0x0 +Type=MCDRAM\n  Group 0xc\n    NUMANode 0xc\n      Core 0x4\n      Core 0x8\n    NUMANode 0x0 +Type=MCDRAM",
        "group0 group0/core0 group0/core1 group0/numanode0 group0/numanode1 \
         group1 group1/core2 group1/core3 group1/numanode2 group1/numanode3",
    );
    check_legacy(
        "Machine 0x1\n  NUMANode 0x1\n  PU 0x1\n  OSDev name=mic0 osdev_type=5 +CoProcType=MIC\n  OSDev name=cuda1 osdev_type=5 +CoProcType=CUDA",
        "pu0 numanode0 gpu0 gpu1",
    );
}

/// A NUMA node outside of the cpuset in which a dump of hwloc 1.x was made has no processors left, but could have.
#[test]
fn groups_of_numa_nodes_with_empty_cpusets_come_last() {
    let node =
        |cpuset, complete, more: &str| format!("\n  NUMANode {complete} cpuset={cpuset}{more}");
    let first = "Machine 0x33 complete_cpuset=0x3f";
    check_legacy(
        &[
            first,
            &node("0x3", "0x3", "\n    PU 0x1\n    PU 0x2"),
            &node("0x0", "0xc", ""),
            &node("0x30", "0x30", "\n    PU 0x10\n    PU 0x20"),
        ]
        .concat(),
        "group0 group0/pu0 group0/pu1 group0/numanode0 group1 group1/pu2 group1/pu3 group1/numanode1 \
         group2 group2/numanode2",
    );
    // What is not in order is put in order from behind.
    let gpu = "\n    OSDev name=cuda7 osdev_type=5";
    check_legacy(
        &[
            first,
            &node("0x0", "0x3", gpu),
            &node("0x33", "0x33", "\n    PU 0x1\n    PU 0x2"),
            &node("0x0", "0xc", ""),
        ]
        .concat(),
        "group0 group0/pu0 group0/pu1 group0/numanode0 group1 group1/numanode1 group2 group2/numanode2 \
         group2/gpu7",
    );
    // What is in order stays as it is.
    check_legacy(
        &[
            first,
            &node("0x33", "0x33", "\n    PU 0x1\n    PU 0x2"),
            &node("0x0", "0x3", gpu),
            &node("0x0", "0xc", ""),
        ]
        .concat(),
        "group0 group0/pu0 group0/pu1 group0/numanode0 group1 group1/numanode1 group1/gpu7 group2 \
         group2/numanode2",
    );
}

/// The root has at least what its children have; what it may not use is said in `allowed_cpuset` alone.
#[test]
fn only_allowed_sets_restrict_a_narrow_root() {
    let below = "
  Package 0x3
    NUMANode 0x3 nodeset=0x1
    PU 0x1 os_index=0
    PU 0x2 os_index=1
  Package 0xc
    NUMANode 0xc nodeset=0x2
    PU 0x4 os_index=2
    PU 0x8 os_index=3";
    let all = "socket0 socket0/pu0 socket0/pu1 socket0/numanode0 socket1 socket1/pu2 socket1/pu3 \
               socket1/numanode1";
    let second = "socket0 socket0/numanode0 socket1 socket1/pu0 socket1/pu1 socket1/numanode1";
    for (sets, expected) in [
        ("0x3", all),
        ("0x0", all),
        ("0x3 complete_cpuset=0xf", all),
        ("0xf complete_cpuset=0x3", all),
        ("0x3 allowed_cpuset=0xf", all),
        ("0x3 allowed_cpuset=0xc", second),
        ("0xf allowed_cpuset=0xc", second),
        ("0x3 allowed_nodeset=0x1", &all.replace(" socket1/numanode1", "")),
        ("0x3 allowed_cpuset=0x30", NO_PROCESSOR),
    ] {
        assert_eq!(paths(&xml(TWO, &format!("Machine {sets}{below}")), &[]), expected, "{sets}");
    }
    let below = "
  NUMANode 0x3 nodeset=0x1
    Socket 0x3
      PU 0x1
      PU 0x2
  NUMANode 0xc nodeset=0x2
    Socket 0xc
      PU 0x4
      PU 0x8";
    check_legacy(&format!("Machine 0x3 complete_cpuset=0xf{below}"), all);
    check_legacy(&format!("Machine 0x3 complete_cpuset=0xf allowed_cpuset=0xf{below}"), all);
    check_legacy(
        &format!("Machine 0x3 complete_cpuset=0xf allowed_cpuset=0xc{below}"),
        "group0 group0/numanode0 group1 group1/socket0 group1/socket0/pu0 group1/socket0/pu1 \
         group1/numanode1",
    );
    // Parents below the root do restrict.
    check("  Package 0x1\n    PU 0x1\n    PU 0x2", "socket0 socket0/pu0");
}

/// What `../shared/faults` says hwloc 2.9 makes of its dumps; without that directory there is nothing to check.
#[test]
fn dumps_of_the_faults() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/faults");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in
        files.map(|file| file.unwrap().path()).filter(|p| p.extension() == Some("paths".as_ref()))
    {
        let expected = std::fs::read_to_string(&file).unwrap();
        let graph =
            load(&std::fs::read_to_string(file.with_extension("xml")).unwrap(), &[]).unwrap();
        let path = |v| graph.path_text(graph.path(v, fluxion_graph::CONTAINMENT).unwrap()) + "\n";
        let found: String = graph.vertex_ids().map(path).collect();
        assert_eq!(found, expected, "{}", file.display());
    }
}

/// A bridge to something else than PCI is no better than a bridge that leads nowhere, but for a switch of NVLinks.
#[test]
fn pci_devices_that_lead_nowhere_are_removed() {
    for (device, expected) in [
        ("PCIDev pci_type=0601", ""),
        ("PCIDev pci_type=0680 subtype=NVSwitch", "socket0"),
        ("PCIDev pci_type=0680\n      OSDev osdev_type=2", "socket0"),
        ("Bridge\n      PCIDev pci_type=0601", ""),
    ] {
        check(&format!("  Package 0x0\n    {device}"), expected);
    }
}
