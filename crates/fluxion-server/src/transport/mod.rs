//! From sockets to graphs and back: connections, limits, the threads on which graphs live, and answers on their way. Must
//! not know what the calls of a service say.

pub(crate) mod activity;
pub(crate) mod arrivals;
pub(crate) mod call_log;
pub(crate) mod call_notes;
pub(crate) mod call_record;
pub(crate) mod calls;
pub(crate) mod connection;
pub(crate) mod connections;
pub(crate) mod deadline;
pub(crate) mod delivery;
pub(crate) mod descriptors;
pub(crate) mod faults;
pub(crate) mod frames;
pub(crate) mod graph_loop;
pub(crate) mod graph_thread;
pub(crate) mod in_flight;
pub(crate) mod journal;
pub(crate) mod listen;
pub(crate) mod machine;
pub(crate) mod membership;
pub(crate) mod memory;
pub(crate) mod message_limit;
pub(crate) mod numbers;
pub(crate) mod outgoing;
pub(crate) mod pace;
pub(crate) mod readiness;
pub(crate) mod registry;
pub(crate) mod request_ids;
pub(crate) mod served_graph;
pub(crate) mod serving;
pub(crate) mod turns;
pub(crate) mod unconfirmed;
pub(crate) mod windows;
pub(crate) mod work;
