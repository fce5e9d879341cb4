//! What the help of each command ends with: examples, and the exit statuses.

/// The exit statuses, of which 5 says what may be missing.
macro_rules! page {
    ($missing:literal, $($line:literal),+ $(,)?) => {
        concat!(
            "Examples:\n", $("  ", $line, "\n",)+
            "\nExit status: 0 done, 1 refused or failed, 2 wrong options, 5 ", $missing, ",\n",
            "6 the server cannot be reached."
        )
    };
}

pub(super) const INIT: &str = "\
Examples:
  fluxion init cluster.json --policy lonode
  fluxion init machine.xml --format hwloc --graph machine
  generate | fluxion init - --replace

Exit status: 0 done, 1 refused (for example because the name is in use) or failed, 2 wrong options,
6 the server cannot be reached.";

pub(super) const GRAPHS: &str = page!(
    "no such graph",
    "fluxion graphs",
    "fluxion graphs export default --format dot --file cluster.dot",
    "fluxion graphs drop machine",
);

pub(super) const EXPORT: &str = page!(
    "no such graph",
    "fluxion graphs export default > cluster.json",
    "fluxion graphs export default --format dot --file cluster.dot",
);

pub(super) const DROP: &str =
    page!("no such graph", "fluxion graphs drop machine", "fluxion graphs drop old older",);

pub(super) const STATS: &str =
    page!("no such graph", "fluxion stats", "fluxion stats --graph machine --output json");

pub(super) const TIME: &str =
    page!("no such graph", "fluxion time", "fluxion time --graph machine --output json | jq .now",);

pub(super) const SNAPSHOT: &str =
    page!("no such graph", "fluxion snapshot", "fluxion snapshot --graph machine");

pub(super) const MATCH: &str = "\
Examples:
  fluxion match jobspec.yaml
  fluxion match jobspec.yaml --operation allocate_orelse_reserve --job-key batch-17
  fluxion match a.yaml b.yaml --output json

Operations:
  allocate                      now, or not at all
  allocate_orelse_reserve       now, or from the earliest time at which it fits
  allocate_with_satisfiability  now; a failure tells whether it could ever run
  satisfiability                could it ever run? books nothing
  without_allocating            what allocate would choose; books nothing
  without_allocating_future     what allocate_orelse_reserve would choose; books nothing

If several jobspecs are given, each is tried; the exit status is that of the first failure:
0 done, 1 refused or failed, 2 wrong options, 3 nothing fits now, 4 can never fit,
5 no such graph, 6 the server cannot be reached.";

pub(super) const CANCEL: &str = "\
Examples:
  fluxion cancel 1 2
  fluxion cancel --job-key batch-17
  fluxion cancel 1 --part given_back.json --format jgf

If several jobs are given, each is tried; the exit status is that of the first failure:
0 done, 1 refused or failed, 2 wrong options, 5 no such job or graph,
6 the server cannot be reached.";

pub(super) const RETIME: &str = page!(
    "no such job or graph",
    "fluxion retime 17 --later-by 3600",
    "fluxion retime --job-key batch-17 --duration 7200",
    "fluxion retime 17 --end 86400",
);

pub(super) const UPDATE: &str = page!(
    "no such graph",
    "fluxion update allocation.json --job 17 --duration 3600",
    "fluxion update R.json --format rv1 --job 17 --start 60 --duration 3600",
);

pub(super) const JOBS: &str = page!(
    "no such job or graph",
    "fluxion jobs",
    "fluxion jobs --state allocated --state reserved",
    "fluxion jobs --unconfirmed",
    "fluxion jobs --history --since 2h",
    "fluxion jobs 17",
    "fluxion jobs --job-key batch-17",
);

pub(super) const EXPLAIN: &str = "\
Examples:
  fluxion explain jobspec.yaml
  fluxion explain jobspec.yaml --why-not /tiny0/rack0/node1
  fluxion explain --job 7

Nothing is booked, and no later match is decided otherwise.

Exit status: 0 done: it fits now; 1 refused or failed, 2 wrong options, 3 it does not fit now, 4 it can never fit,
5 no such job, path, rank or graph, 6 the server cannot be reached.";

pub(super) const WATCH: &str = page!(
    "no such graph, or no more",
    "fluxion watch",
    "fluxion watch --state --kind booked,canceled",
    "fluxion watch --after 17 --output json",
);

pub(super) const WINDOWS: &str = page!(
    "no such window or graph",
    "fluxion windows",
    "fluxion windows set repair /tiny0/rack0/node1 --maintenance --from 600 --until 1200",
    "fluxion windows show repair",
    "fluxion windows drop repair",
);

pub(super) const SHOW_WINDOW: &str =
    page!("no such window or graph", "fluxion windows show repair");

pub(super) const SET_WINDOW: &str = concat!(
    "--repeat knows FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY,\n",
    "BYSETPOS and WKST; the graph must go by the clock of the server.\n\n",
    page!(
        "no such path, rank or graph",
        "fluxion windows set repair /tiny0/rack0/node1 --maintenance --from 600 --until 1200",
        "fluxion windows set course --ranks 0-3 --reservation --from 0 --lasting 7200 --running keep",
        "fluxion windows set patch /tiny0 --maintenance --repeat 'FREQ=MONTHLY;BYDAY=1TU' \\\n    --first 2026-12-01T02:00:00 --zone Europe/Berlin --lasting 14400 --running truncate --dry-run",
        "fluxion windows set drain /tiny0/rack0 --maintenance --lead 86400 --running keep",
    )
);

pub(super) const DROP_WINDOW: &str =
    page!("no such window or graph", "fluxion windows drop repair");

pub(super) const TOP: &str = concat!(
    "Keys:\n",
    "  q, Esc, Ctrl-C              quit\n",
    "  Tab, Shift-Tab              next pane, the one before\n",
    "  arrows, j, k, PageUp, PageDown, Home, End\n",
    "                              scroll in the pane with the double line\n",
    "  g                           choose another graph of the server\n",
    "  p                           pause, and go on\n",
    "  ?                           help\n\n",
    "What runs ends, what is reserved begins: of the jobs, those come first to which something happens first.\n",
    "A vertex is held if jobs use it or a part of it, and free if one job could have all of it.\n",
    "The role `read` is enough.\n\n",
    page!(
        "no such graph",
        "fluxion top",
        "fluxion top --graph machine --interval 5 --color never",
        "fluxion top --once",
    ),
);

pub(super) const FIND: &str = page!(
    "no such graph",
    "fluxion find status=down",
    "fluxion find 'sched-now=free and property=ssd'",
);

pub(super) const STATUS: &str = page!(
    "no such path, rank or graph",
    "fluxion status /tiny0/rack0/node0",
    "fluxion status --ranks 0-3,7",
    "fluxion status /tiny0/rack0/node0 --set down --subtree",
);

pub(super) const PROPERTIES: &str = page!(
    "no such path or graph",
    "fluxion properties /tiny0/rack0/node0",
    "fluxion properties /tiny0/rack0/node0 --set disk=ssd",
);

pub(super) const GROW: &str = concat!(
    "The file is JGF of the new resources, with the path from the root to them.\n\n",
    page!("no such graph", "fluxion grow node2.json"),
);

pub(super) const SHRINK: &str = page!(
    "no such path, rank or graph",
    "fluxion shrink /tiny0/rack0/node2",
    "fluxion shrink --ranks 2 --release",
);
