//! All that is counted, in one text. What is asked of a graph does not wait for it.

use std::sync::Arc;

use fluxion_context::MatchOperation;

use crate::access::auth_failures::AuthFailure;
use crate::admin::observed::Observed;
use crate::admin::units::GraphUnits;
use crate::config::Limits;
use crate::measures::exposition::{Exposition, Kind};
use crate::measures::match_measures::MatchOutcome;
use crate::measures::process;
use crate::measures::watch_measures::WatchEnd;
use crate::message::Reason;
use crate::transport::graph_thread::GraphThread;
use crate::transport::totals::Counts;

type Graphs = [(String, GraphThread)];

/// The text.
pub(crate) async fn expose(server: &Observed) -> String {
    let graphs = server.registry.graphs();
    let units = server.units.refresh(&graphs).await;
    let mut text = Exposition::default();
    text.family("build_info", Kind::Gauge, "The version of the server.");
    text.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    server.calls.expose(&mut text);
    expose_matches(&mut text, &graphs);
    expose_queues(&mut text, &graphs);
    expose_units(&mut text, &graphs, &units);
    expose_revisions(&mut text, &graphs);
    expose_watches(&mut text, server, &graphs);
    if let Some(journal) = &server.journal {
        journal.measures().expose(&mut text, journal.fault().is_some());
    }
    expose_limits(&mut text, server);
    process::expose(&mut text);
    text.into_text()
}

fn expose_matches(text: &mut Exposition, graphs: &Graphs) {
    let help = "Matches by operation and by how they ended.";
    text.family("match_duration_seconds", Kind::Histogram, help);
    for (name, graph) in graphs {
        for operation in MatchOperation::ALL {
            for outcome in MatchOutcome::ALL {
                let labels = [
                    ("graph", name.as_str()),
                    ("operation", operation.as_str()),
                    ("outcome", outcome.as_str()),
                ];
                let seconds = graph.measures().seconds(operation, outcome);
                text.histogram(&labels, seconds.and_then(|all| all.distribution()));
            }
        }
    }
    let help = "How much a match has looked at.";
    text.family("match_visits", Kind::Histogram, help);
    for (name, graph) in graphs {
        text.histogram(&[("graph", name)], graph.measures().visits.distribution());
    }
}

fn expose_queues(text: &mut Exposition, graphs: &Graphs) {
    text.family("queue_length", Kind::Gauge, "Requests that wait for a graph.");
    for (name, graph) in graphs {
        text.sample(&[("graph", name)], graph.waiting());
    }
    let help = "From the arrival of a request at a graph to its turn.";
    text.family("queue_wait_seconds", Kind::Histogram, help);
    for (name, graph) in graphs {
        text.histogram(&[("graph", name)], graph.measures().waits.distribution());
    }
}

fn expose_watches(text: &mut Exposition, server: &Observed, graphs: &Graphs) {
    text.family("watchers", Kind::Gauge, "Clients that watch a graph.");
    for (name, graph) in graphs {
        text.sample(&[("graph", name)], graph.watchers());
    }
    let help = "Watches of graphs that ended, by the reason.";
    text.family("watch_ended_total", Kind::Counter, help);
    for end in WatchEnd::ALL {
        text.sample(&[("reason", end.as_str())], server.registry.watches().ended(end));
    }
}

fn expose_units(text: &mut Exposition, graphs: &Graphs, units: &[Arc<GraphUnits>]) {
    let help = "Units of a graph by type: all, those that are neither down nor held by an allocation, and those that are down.";
    text.family("units", Kind::Gauge, help);
    for ((name, _), units) in graphs.iter().zip(units) {
        for of in &units.types {
            for (state, number) in [("total", of.total), ("free", of.free), ("down", of.down)] {
                let labels = [("graph", name.as_str()), ("type", &of.name), ("state", state)];
                text.sample(&labels, number);
            }
        }
    }
    let help =
        "Jobs of a graph by state; of those that are over the last ones, which are remembered.";
    text.family("jobs", Kind::Gauge, help);
    for ((name, _), units) in graphs.iter().zip(units) {
        let jobs = units.jobs;
        let states = [
            ("allocated", jobs.allocated),
            ("reserved", jobs.reserved),
            ("canceled", jobs.canceled),
            ("ended", jobs.ended),
        ];
        for (state, number) in states {
            text.sample(&[("graph", name), ("state", state)], number);
        }
    }
}

fn expose_revisions(text: &mut Exposition, graphs: &Graphs) {
    text.family("graph_revision", Kind::Gauge, "How often a graph has changed.");
    for (name, graph) in graphs {
        text.sample(&[("graph", name)], graph.summary().revision);
    }
    let help = "The last revision of a graph that is in the journal.";
    text.family("durable_revision", Kind::Gauge, help);
    for (name, graph) in graphs {
        if let Some(journal) = graph.journal() {
            text.sample(&[("graph", name)], journal.durable_revision());
        }
    }
}

fn expose_limits(text: &mut Exposition, server: &Observed) {
    expose_access(text, server);
    let (connections, most) = (server.places.open(), server.places.most);
    text.single("connections", Kind::Gauge, "Connections that are open.", connections);
    text.single("connections_limit", Kind::Gauge, "Connections that may be open.", most);
    let limits = server.live.now().limits;
    expose_totals(text, server, limits);
    let Limits { streams, streams_of_one, rate, .. } = limits;
    let help = "Calls that stream and are open.";
    text.single("streams", Kind::Gauge, help, server.parties.streams());
    text.family("streams_limit", Kind::Gauge, "Streams that may be open, by whose.");
    for (of, most) in [("all", streams), ("principal", streams_of_one)] {
        if most < usize::MAX {
            text.sample(&[("of", of)], most);
        }
    }
    if rate > 0 {
        let help = "Calls that a client may make in a second.";
        text.single("rate_limit", Kind::Gauge, help, rate);
    }
    let (counted, limit) = server.in_flight.counted();
    text.single("in_flight_bytes", Kind::Gauge, "Memory of calls in flight.", counted);
    let help = "What calls in flight may take.";
    text.single("in_flight_limit_bytes", Kind::Gauge, help, limit);
    let help = "Memory that is counted of all, by estimates that rather err to the high side.";
    text.single("memory_bytes", Kind::Gauge, help, server.memory.counted());
    let help = "What all may take.";
    text.single("memory_limit_bytes", Kind::Gauge, help, server.memory.limit());
    let help = "Answers RESOURCE_EXHAUSTED, by reason.";
    text.family("refusals_total", Kind::Counter, help);
    for reason in Reason::ALL {
        text.sample(&[("reason", reason.as_str())], reason.given());
    }
}

fn expose_access(text: &mut Exposition, server: &Observed) {
    let help = "Calls that were refused for what their callers showed, by reason.";
    text.family("auth_failures_total", Kind::Counter, help);
    for failure in AuthFailure::ALL {
        text.sample(&[("reason", failure.as_str())], failure.seen());
    }
    if let Some(expires) = server.tls.as_ref().and_then(|tls| tls.expires()) {
        let help = "Until when the certificate of the server is good.";
        text.single("certificate_expiry_timestamp_seconds", Kind::Gauge, help, expires);
    }
}

fn expose_totals(text: &mut Exposition, server: &Observed, limits: Limits) {
    let Counts { vertices, jobs } = server.registry.totals().counted();
    let graphs = server.registry.graphs().len() as u64;
    for (name, help, counted, limit) in [
        ("graphs", "Graphs that are served.", graphs, limits.graphs as u64),
        ("forks", "Forks of graphs.", server.registry.forks() as u64, limits.forks as u64),
        ("vertices", "Vertices of all graphs.", vertices, limits.vertices),
        ("live_jobs", "Live jobs of all graphs.", jobs, limits.jobs),
    ] {
        text.single(name, Kind::Gauge, help, counted);
        if limit < u64::MAX {
            let help = format!("As many as there may be of {name}.");
            text.single(&format!("{name}_limit"), Kind::Gauge, &help, limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tonic::Code;

    use super::*;
    use crate::Config;
    use crate::admin::units::TypeUnits;
    use crate::measures::call_measures::CallMeasures;
    use crate::measures::journal_measures::JournalMeasures;
    use crate::reflection;
    use crate::test_graph::GRAPH;
    use crate::transport::registry::{Existing, Registry};
    use crate::transport::served_graph::Upload;

    async fn three_graphs() -> Vec<(String, GraphThread)> {
        let registry = Arc::<Registry>::default();
        for name in ["a", "b", "c"] {
            let upload = Upload::new(GRAPH.to_owned(), Config::default().options(""));
            let graph = registry.load(name, upload, Existing::Stays).await.unwrap();
            for operation in MatchOperation::ALL {
                for outcome in MatchOutcome::ALL {
                    graph.measures().seconds(operation, outcome).unwrap().time(Duration::ZERO);
                }
            }
            graph.measures().visits.count(1);
            graph.measures().waits.count(1);
        }
        registry.graphs()
    }

    /// What the server answers with at all; two methods alone say that something is out of range, and few that something
    /// exists already, or was overtaken.
    fn may_answer(path: &str, code: Code) -> bool {
        match code {
            Code::Unknown | Code::DataLoss => false,
            Code::OutOfRange => path.ends_with("/Match") || path.ends_with("/Watch"),
            Code::AlreadyExists | Code::Aborted => {
                let makes = ["/Match", "/Update", "/Init", "/CreateGraph", "/DropGraph", "/Fork"];
                path.is_empty() || makes.iter().any(|method| path.ends_with(method))
            }
            _ => true,
        }
    }

    fn calls() -> Arc<CallMeasures> {
        let calls = CallMeasures::new(reflection::methods().unwrap());
        for path in reflection::methods().unwrap().iter().chain([&String::new()]) {
            let method = calls.method(&format!("/{path}"));
            let codes = (0..17).map(Code::from_i32).filter(|&code| may_answer(path, code));
            codes.for_each(|code| calls.count(method, code, Duration::ZERO));
        }
        calls
    }

    /// Whatever clients do, with as many types as are told apart.
    #[tokio::test]
    async fn three_graphs_make_fewer_than_two_thousand_series() {
        let (graphs, mut text) = (three_graphs().await, Exposition::default());
        let types = vec![TypeUnits::default(); 33];
        let units = Arc::new(GraphUnits { types, ..GraphUnits::default() });
        calls().expose(&mut text);
        expose_matches(&mut text, &graphs);
        expose_queues(&mut text, &graphs);
        expose_units(&mut text, &graphs, &vec![units; 3]);
        expose_revisions(&mut text, &graphs);
        let journal = JournalMeasures::default();
        for histogram in [&journal.syncs, &journal.frame_records, &journal.snapshots] {
            histogram.count(1);
        }
        journal.expose(&mut text, false);
        let text = text.into_text();
        let series = text.lines().filter(|line| !line.starts_with('#')).count();
        // durable revisions, watches, limits, reasons and what the system says
        assert!(series + 70 < 2_000, "{series}");
    }
}
