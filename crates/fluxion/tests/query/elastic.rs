//! `attach` and `remove`.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn a_node_comes_and_goes() {
    let input = "j grow.json\nremove 0-1 false\nm allocate one.yaml\n\
                 remove /demo0/rack0/node2 true\nlist\n";
    assert_snapshot!(session(DEMO, input), @r"
          ---------------core0[1:x]
          ------------socket0[1:s]
          ---------node2[1:s]
          ------rack0[1:s]
          ---demo0[1:s]
    | JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |
    INFO: 1, CANCELED, 0, one.yaml, *
    ");
}

#[test]
fn what_goes_wrong() {
    let input = "attach\nattach none.json\nattach demo.json\nattach one.yaml\nremove 0\nremove 0 maybe\n\
                 remove x false\nremove 0,9 false\nremove /demo0 true\nremove /none true\n";
    assert_snapshot!(session(DEMO, input), @"
    --- stderr
    ERROR: malformed command: expected `attach jgf_file`
    ERROR: can't open none.json
    ERROR: can't attach JGF subgraph 
    ERROR: add_subgraph: ERROR: add subgraph error: Invalid argument
    add_subgraph: ERROR: reader returned error: fetch_jgf: json_loads returned an error: expected value: <string>@1:1.


    one.yaml:1:1: not JSON: expected value (line 1, column 1)
    ERROR: malformed command: expected `remove (/path/to/node/ | idset) (true|false)`
    ERROR: invalid path boolean input 
    ERROR: failed to decode ranks.
    ERROR: can't partial cancel subgraph 
    ERROR: remove: 9 not found in by_rank map.
    ERROR: can't remove subgraph 
    ERROR: remove_subgraph: ERROR: remove_subgraph error: Invalid argument
    remove_subgraph: ERROR: traverser returned error: the root of the graph cannot be removed

    ERROR: can't remove subgraph 
    ERROR: remove_subgraph: ERROR: remove_subgraph error: No such file or directory
    remove_subgraph: ERROR: traverser returned error: no such path: /none
    ");
}
