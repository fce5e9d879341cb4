//! Whether the server lives, is ready, and has started: three questions, as an orchestrator does three different things about them.

use crate::admin::observed::Observed;

/// The answer to a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) is_good: bool,
    pub(crate) text: String,
}

/// Whether there is anything that only a restart would mend: the thread of a graph has ended. Never looks at disks or peers.
pub(crate) fn lives(server: &Observed) -> Verdict {
    let graphs = server.registry.graphs();
    let dead: Vec<_> = graphs.iter().filter(|(_, graph)| graph.is_dead()).collect();
    // a journal brings it back by itself
    let is_good = server.journal.is_some() || dead.is_empty();
    let names = dead.iter().map(|(name, _)| format!("graph {name}: its thread has ended\n"));
    Verdict { is_good, text: if is_good { "alive\n".to_owned() } else { names.collect() } }
}

/// Whether calls should be sent here.
pub(crate) fn is_ready(server: &Observed, is_verbose: bool) -> Verdict {
    let readiness = &server.readiness;
    let checks = [
        ("recovered", readiness.is_recovered()),
        ("durable", !readiness.is_lost()),
        ("not draining", !readiness.is_draining()),
    ];
    let is_good = checks.iter().all(|(_, holds)| *holds);
    let mut text = String::new();
    if is_verbose {
        for (name, holds) in checks {
            text.push_str(if holds { "[+] " } else { "[-] " });
            text.push_str(name);
            text.push('\n');
        }
    }
    text.push_str(if is_good { "ready\n" } else { "not ready\n" });
    Verdict { is_good, text }
}

/// Whether what was kept is there, and how far that is.
pub(crate) fn has_started(server: &Observed) -> Verdict {
    let told = server.journal.as_ref().map(|journal| journal.measures().recovery.told());
    let told = told.map(|told| format!(": {told}")).unwrap_or_default();
    match server.readiness.is_recovered() {
        true => Verdict { is_good: true, text: format!("started{told}\n") },
        false => Verdict { is_good: false, text: format!("recovering{told}\n") },
    }
}
