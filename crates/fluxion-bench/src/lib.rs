//! How fast it is: generated machines and jobs, measured in one process, over sockets, and in instructions.
//!
//! Owns the generators, the benches, what is measured and how it is printed. It must not know how a match is made,
//! nor what a command line is: the shell hands in [`Settings`] and prints the [`Report`]s.
//!
//! | room | about |
//! |---|---|
//! | `random`, `machine`, `jobspecs` | the same seed gives the same bytes |
//! | `measure`, `memory`, `progress` | what a case looks at while it runs |
//! | `benches` | B1 to B9 and the other bars, each a list of cases |
//! | `isolate` | one process per case, so that its memory is its own |
//! | `load` | a server under many clients |
//! | `report` | tables for people, Markdown and JSON |
//! | `workloads`, `instructions` | what `make perf-check` counts |

mod benches;
mod instructions;
mod isolate;
mod jobspecs;
mod load;
mod machine;
mod measure;
mod memory;
mod progress;
mod random;
mod report;
mod workloads;

pub use benches::kit::POLICIES;
pub use benches::{Bench, Case, Settings, Size};
pub use instructions::{Instructions, Verdict, check, count_all, count_growth};
pub use isolate::{run_apart, run_here};
pub use load::{Abuse, Crowd, Loading, Serving, Snapshots, Streaming};
pub use machine::{
    Hosts, InvalidProperty, MOST_GENERATED, MachineFormat, MachinePlan, MemoryPlan, NodeChoice,
    NodeProperty, PlanError, WantedProperty, Written,
};
pub use report::{Column, Report, Row};
pub use workloads::Countable;

// Counts the allocations of each thread, for a few instructions each.
#[global_allocator]
static ALLOCATOR: alloc_counter::AllocCounterSystem = alloc_counter::AllocCounterSystem;
