//! Windows (`docs/semantics/windows.md`), by examples: each rule once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use support::{Layout, Setup, check as check_on};

const TWO_RACKS: &str = "cluster0(rack{0-1}(node{0-1}(core{0-1})))";

#[track_caller]
fn check(dialogue: &[(&str, &str)]) {
    check_on(&Setup::new("low", TWO_RACKS), dialogue);
}

// --- what is open ---

#[test]
fn a_maintenance_lets_nobody_in() {
    check(&[
        ("window w maintenance rack0 20-30", ""),
        // it is over before, begins after, or lasts too long
        ("o 20 slot[1]→core[1]", "rack0/node0/core0"),
        ("o 21 slot[1]→core[1]", "rack1/node0/core0"),
        ("o 0 slot[1]→core[1]", "rack1/node0/core0"),
        ("o in:w 21 slot[1]→core[1]", "the window w is a maintenance, which lets no job in"),
        ("o in:v 21 slot[1]→core[1]", "there is no window v"),
        ("now 29", ""),
        ("o 1 slot[1]→core[1]", "rack1/node0/core0"),
        ("now 30", ""),
        ("o 100 slot[1]→core[1]", "rack0/node0/core0"),
    ]);
}

#[test]
fn a_reservation_lets_in_who_names_it() {
    check(&[
        ("window w reservation rack0 20-30", ""),
        ("window v reservation rack0/node0 20-30", ""),
        ("window u maintenance rack0/node1/core1 20-30", ""),
        ("o 50 slot[1]→core[1]", "rack1/node0/core0"),
        ("o in:w 50 slot[1]→core[1]", "rack0/node1/core0"),
        // all must let it in
        ("o in:v 50 slot[1]→core[1]", "rack1/node0/core0"),
        ("o in:w,v 50 slot[1]→core[1]", "rack0/node0/core0"),
        (
            "o in:w,v 50 slot[4]→core[1]",
            "rack0/node0/core0 rack0/node1/core0 rack1/node0/core0 rack1/node1/core0",
        ),
    ]);
}

#[test]
fn who_is_confined_to_a_window_uses_nothing_else() {
    check(&[
        ("window w reservation rack1/node0 20-60", ""),
        // it lasts as long as the job, which waits for it
        ("f inside:w 40 slot[1]→core[1]", "rack1/node0/core0 at 20"),
        ("f inside:w 41 slot[1]→core[1]", "unsatisfiable"),
        ("f inside:w 40 slot[2]→core[1]", "rack1/node0/core0 rack1/node0/core1 at 20"),
    ]);
    check(&[
        ("window w reservation rack1/node0 20-60", ""),
        ("now 20", ""),
        ("o inside:w 40 slot[1]→core[1]", "rack1/node0/core0"),
        ("o inside:w 40 slot[1]→node[1]", "rack1/node0"),
        ("o inside:w 40 slot[1]→rack[1]", "busy"),
        ("s inside:w 40 slot[1]→rack[1]", "unsatisfiable"),
        ("s inside:w 41 slot[1]→core[1]", "unsatisfiable"),
        ("s inside:w 40 slot[2]→core[1]", "ok"),
        ("s inside:w 40 slot[3]→core[1]", "unsatisfiable"),
    ]);
}

#[test]
fn who_has_a_vertex_alone_has_nothing_below_it_in_a_window() {
    check(&[
        ("window w maintenance rack0/node1/core1 20-30", ""),
        ("o 50 slot[1]→rack[1]", "rack1"),
        ("o 50 slot[2]→rack[1]", "busy"),
        ("o 50 slot[3]→node[1]", "rack0/node0 rack1/node0 rack1/node1"),
        ("o 50 slot[4]→node[1]", "busy"),
        (
            "o 50 slot[7]→core[1]",
            "rack0/node0/core0 rack0/node0/core1 rack0/node1/core0 \
          rack1/node0/core0 rack1/node0/core1 rack1/node1/core0 rack1/node1/core1",
        ),
    ]);
    // whole nodes are taken by the policy
    check_on(
        &Setup::new("lonodex", TWO_RACKS),
        &[
            ("window w maintenance rack0/node0/core1 20-30", ""),
            ("o 50 slot[1]→core[1]", "rack1/node0/core0 rack1/node0/core1 rack1/node0"),
        ],
    );
}

#[test]
fn windows_that_float_refuse_what_is_too_long() {
    check(&[
        ("window w maintenance rack0 >20", ""),
        ("o 20 slot[1]→core[1]", "rack0/node0/core0"),
        ("o 21 slot[1]→core[1]", "rack1/node0/core0"),
        ("window v reservation rack1 >40", ""),
        ("r 41 slot[1]→core[1]", "unsatisfiable"),
        ("s 41 slot[1]→core[1]", "unsatisfiable"),
        ("s 40 slot[1]→core[1]", "ok"),
        ("o in:v 41 slot[1]→core[1]", "rack1/node0/core0"),
        ("o inside:v 41 slot[1]→core[1]", "rack1/node0/core0"),
    ]);
}

#[test]
fn what_is_kept_from_a_request_waits_for_the_end_of_windows() {
    check(&[
        ("window w maintenance cluster0 20-30,50-60,80-90", ""),
        ("f 20 slot[1]→core[1]", "rack0/node0/core0"),
        ("now 1", ""),
        ("f 20 slot[1]→core[1]", "rack0/node0/core0 at 30"),
        ("f 21 slot[1]→core[1]", "rack0/node0/core0 at 90"),
        ("r 20 slot[2]→rack[1]", "rack0 rack1 at 30"),
        ("f 20 slot[1]→core[1]", "rack0/node0/core0 at 60"),
        ("s 0 slot[1]→core[1]", "ok"),
        ("a 21 slot[1]→core[1]", "busy"),
    ]);
}

#[test]
fn what_several_have_below_them_is_kept_by_what_is_above() {
    let layout =
        Layout { edges: &[("/cluster0/node1", "/cluster0/node0/gpu0")], ..Layout::default() };
    let setup = Setup {
        layout,
        filters: "ALL:core",
        ..Setup::new("low", "cluster0(node{0-1}(core0 gpu0))")
    };
    check_on(
        &setup,
        &[
            ("window w maintenance node0 20-30", ""),
            ("o 50 slot[1]→core[1]", "node1/core0"),
            // one of its gpus lies below node 0 as well
            ("o 50 slot[1]→node[1]", "busy"),
            ("o 50 slot[1]→(core[1], gpu[1])", "node1/core0 node1/gpu0"),
            ("o 50 slot[1]→(core[1], gpu[2])", "busy"),
        ],
    );
}

// --- setting a window ---

#[test]
fn jobs_are_in_the_way() {
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        ("window w maintenance rack0 20-30", "refused 1@rack0/node0/core0:in_the_way"),
        // what it only passes through is no hindrance, nor what comes after it
        ("window w maintenance rack1 20-30", ""),
        ("window v maintenance rack0 50-60", ""),
        ("window u maintenance rack0/node0/core0 49-60", "refused 1@rack0/node0/core0:in_the_way"),
    ]);
}

#[test]
fn who_holds_what_is_above_is_met() {
    check(&[
        ("a 50 slot[1]→rack[1]", "rack0"),
        ("window w maintenance rack0/node1/core1 20-30", "refused 1@rack0:in_the_way"),
    ]);
}

#[test]
fn running_jobs_are_kept_ended_sooner_or_cancelled() {
    let job = ("a 50 slot[1]→core[1]", "rack0/node0/core0");
    check(&[
        job,
        ("window w maintenance rack0 20-30,40-60 running keep", "1@rack0/node0/core0:kept"),
        ("a 50 slot[1]→rack[1]", "rack1"),
    ]);
    check(&[
        job,
        ("window w maintenance rack0 20-30,40-60 running truncate", "1@rack0/node0/core0:until_20"),
        ("retime 1 20", ""),
        ("retime 1 21", "barred by w at rack0/node0/core0"),
    ]);
    check(&[
        job,
        ("window w maintenance rack0 20-30 running cancel", "1@rack0/node0/core0:cancelled"),
    ]);
}

#[test]
fn a_window_of_now_ends_jobs_now() {
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        ("now 10", ""),
        ("window w maintenance rack0 5-30 running truncate", "1@rack0/node0/core0:until_10"),
    ]);
    // it would have no time
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        (
            "window w maintenance rack0 0-30 running truncate",
            "refused 1@rack0/node0/core0:in_the_way",
        ),
    ]);
}

#[test]
fn what_overruns_its_time_is_met_by_what_is_now() {
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        ("now 100", ""),
        ("window w maintenance rack0 90-110 running truncate", "1@rack0/node0/core0:kept"),
        ("window v maintenance rack0 101-110", ""),
        // what is over is over
        ("window u maintenance rack0 30-100", ""),
    ]);
}

#[test]
fn reservations_are_refused_kept_or_cancelled() {
    let running = ("a 50 slot[2]→rack[1]", "rack0 rack1");
    let reserved = ("r 50 slot[1]→core[1]", "rack0/node0/core0 at 50");
    let check = |window: (&str, &str)| check(&[running, reserved, window]);
    check(("window w maintenance rack0 60-70", "refused 2@rack0/node0/core0:in_the_way"));
    check(("window w maintenance rack0 60-70 reserved keep", "2@rack0/node0/core0:kept"));
    check(("window w maintenance rack0 60-70 reserved cancel", "2@rack0/node0/core0:cancelled"));
    check(("window w maintenance rack0 60-70 reserved truncate", "refused: TruncateReserved"));
    check((
        "window w maintenance rack0 40-70 running truncate reserved cancel",
        "1@rack0:until_40 2@rack0/node0/core0:cancelled",
    ));
    check((
        "window w maintenance rack0 40-70 running truncate",
        "refused 1@rack0:until_40 2@rack0/node0/core0:in_the_way",
    ));
}

#[test]
fn a_floating_window_ends_what_is_too_long() {
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        ("window w maintenance rack0 >50", ""),
        ("window w maintenance rack0 >49 running truncate", "1@rack0/node0/core0:until_49"),
        ("now 20", ""),
        ("window w maintenance rack0 >29", ""),
        ("window w maintenance rack0 >28", "refused 1@rack0/node0/core0:in_the_way"),
    ]);
}

#[test]
fn a_reservation_that_is_set_again_keeps_who_was_in_it() {
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        ("window w reservation rack0 20-30 running keep", "1@rack0/node0/core0:kept"),
        ("window w reservation rack0 25-40", "1@rack0/node0/core0:kept"),
        ("window w maintenance rack0 25-40", "refused 1@rack0/node0/core0:in_the_way"),
    ]);
}

#[test]
fn windows_meet_where_both_allow_it() {
    check(&[
        ("window a maintenance rack0 10-20", ""),
        ("window b maintenance cluster0 15-30 apart", "refused by a at rack0"),
        ("window b maintenance rack1 15-30 apart", ""),
        ("window c maintenance rack1/node0 29-40", "refused by b at rack1/node0"),
        ("window c maintenance rack1/node0 30-40", ""),
        ("window d maintenance rack0/node1 5-40", ""),
        ("window e maintenance rack0 >40", ""),
        ("window f maintenance rack0/node1 40-41 apart", "refused by e at rack0/node1"),
        // one is no hindrance to itself
        ("window b maintenance rack1 16-30 apart", ""),
        ("end a", ""),
        ("end a", "there is no window a"),
    ]);
}

#[test]
fn a_window_needs_times_and_vertices() {
    check(&[
        ("window a maintenance rack0 10-10", "refused: NoTime"),
        ("window a maintenance rack0 10-20,15-30", "refused: NoTime"),
        ("window a maintenance rack0 >0", "refused: NoTime"),
        ("window a maintenance rack0 0-3153600001", "refused: NoTime"),
        ("window a maintenance rack7 0-10", "refused: UnknownVertex(VertexId(999))"),
        ("window a maintenance rack0,rack0/node0 0-10,10-20", ""),
    ]);
}

// --- jobs that end at another time ---

#[test]
fn a_job_does_not_go_on_into_a_window() {
    check(&[
        ("a 50 slot[1]→core[1]", "rack0/node0/core0"),
        ("window w reservation rack0 20-30,60-70 running keep", "1@rack0/node0/core0:kept"),
        ("retime 1 60", ""),
        ("retime 1 61", "barred by w at rack0/node0/core0"),
        ("retime 1 25", ""),
        // it is in this one
        ("retime 1 60", ""),
        ("end w", ""),
        ("window w maintenance rack0 >80", ""),
        ("retime 1 80", ""),
        ("retime 1 81", "barred by w at rack0/node0/core0"),
    ]);
}

// --- a graph that changes ---

#[test]
fn what_goes_is_in_no_window() {
    check(&[
        ("window w maintenance rack0/node0,rack1,rack1/node1/core0 20-30", ""),
        ("shrink rack1/node0", ""),
        ("roots w", "rack0/node0 rack1 rack1/node1/core0"),
        ("shrink rack1/node1", ""),
        ("roots w", "rack0/node0 rack1"),
        ("shrink rack1", ""),
        ("o 50 slot[1]→core[1]", "rack0/node1/core0"),
        // holes are closed
        ("shrink rack0/node0", ""),
        ("roots w", ""),
        ("o 50 slot[1]→core[2]", "rack0/node1/core0 rack0/node1/core1"),
        ("window w maintenance rack0/node1/core1 20-30", ""),
        ("o 50 slot[1]→core[2]", "busy"),
    ]);
}
