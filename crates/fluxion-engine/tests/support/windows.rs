//! Windows in the notation of sessions: `a reservation rack0,rack1 10-20,30-40`, where `>60` in place of the spans is one that
//! floats 60 seconds ahead. Behind that `apart` says that it may not meet others, and `running keep` or `reserved cancel`
//! what becomes of jobs; without it they are in the way.

use std::sync::Arc;

use fluxion_engine::{
    Admission, ConflictRules, Engine, Fate, JobId, NewEnd, OnConflict, Reach, RetimeRefusal,
    Window, WindowKind, WindowOverlap, WindowRefusal, WindowTimes,
};
use fluxion_graph::{TimeWindow, VertexId};

/// What a request names, as `in:a,b`, or `inside:a` if it is confined to them; and what follows.
pub(crate) fn admission(text: &str) -> (Admission, &str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (reach, names) = match (first.strip_prefix("in:"), first.strip_prefix("inside:")) {
        (Some(names), _) => (Reach::Anywhere, names),
        (_, Some(names)) => (Reach::Inside, names),
        _ => return (Admission::NONE, text),
    };
    (Admission { windows: names.split(',').map(Arc::from).collect(), reach }, rest)
}

/// Sets a window; the jobs that it meets, or why it is refused.
pub(crate) fn set(engine: &mut Engine, text: &str, now: i64) -> String {
    let (window, rules) = parse(engine, text);
    match engine.decide_window(window, rules, now) {
        Ok((change, conflicts)) => {
            engine.apply(&change).unwrap();
            conflicts.iter().map(|c| format!("{} ", told(engine, c))).collect()
        }
        Err(WindowRefusal::Jobs(conflicts)) => {
            let all: Vec<String> = conflicts.iter().map(|c| told(engine, c)).collect();
            format!("refused {}", all.join(" "))
        }
        Err(WindowRefusal::Windows { name, vertex }) => {
            format!("refused by {name} at {}", path(engine, vertex))
        }
        Err(other) => format!("refused: {other:?}"),
    }
    .trim_end()
    .to_owned()
}

/// Ends a window.
pub(crate) fn end(engine: &mut Engine, name: &str) -> String {
    match engine.decide_end_of_window(name) {
        Ok(change) => {
            engine.apply(&change).unwrap();
            String::new()
        }
        Err(error) => error.to_string(),
    }
}

/// Lets a job end at another time.
pub(crate) fn retime(engine: &mut Engine, text: &str) -> String {
    let (job, end) = text.split_once(' ').unwrap();
    match engine.decide_retime(JobId(job.parse().unwrap()), NewEnd::At(end.parse().unwrap())) {
        Ok((change, _)) => {
            engine.apply(&change).unwrap();
            String::new()
        }
        Err(RetimeRefusal::Barred { vertex, window }) => {
            format!("barred by {window} at {}", path(engine, vertex))
        }
        Err(other) => format!("refused: {other}"),
    }
}

/// Takes a vertex away.
pub(crate) fn shrink(engine: &mut Engine, path: &str) -> String {
    let vertex = vertex(engine, path).unwrap();
    let change = engine.decide_shrink(&[vertex]).unwrap();
    engine.apply(&change).unwrap();
    String::new()
}

/// The roots of a window.
pub(crate) fn roots(engine: &Engine, name: &str) -> String {
    let roots = &engine.window(name).unwrap().roots;
    roots.iter().map(|&root| path(engine, root)).collect::<Vec<_>>().join(" ")
}

fn vertex(engine: &Engine, path: &str) -> Option<VertexId> {
    let below = engine.graph().vertices_at(&format!("/cluster0/{path}"));
    below.first().or_else(|| engine.graph().vertices_at(&format!("/{path}")).first()).copied()
}

fn told(engine: &Engine, conflict: &fluxion_engine::Conflict) -> String {
    let fate = match conflict.fate {
        Fate::InTheWay => "in_the_way".to_owned(),
        Fate::Kept => "kept".to_owned(),
        Fate::Truncated { end } => format!("until_{end}"),
        Fate::Cancelled => "cancelled".to_owned(),
    };
    format!("{}@{}:{fate}", conflict.job, path(engine, conflict.vertex))
}

/// The path below the root, or its name.
fn path(engine: &Engine, vertex: VertexId) -> String {
    let graph = engine.graph();
    let path = graph.path_text(graph.vertex(vertex).path.unwrap());
    let below = path.trim_start_matches('/');
    below.split_once('/').map_or(below, |(_, rest)| rest).to_owned()
}

fn parse(engine: &Engine, text: &str) -> (Window, ConflictRules) {
    let mut words = text.split_whitespace();
    let mut next = || words.next().unwrap();
    let (name, kind, roots, times) = (next(), next(), next(), next());
    let kind = match kind {
        "maintenance" => WindowKind::Maintenance,
        _ => WindowKind::Reservation,
    };
    let mut window = Window {
        name: name.into(),
        kind,
        roots: roots.split(',').map(|path| vertex(engine, path).unwrap_or(VertexId(999))).collect(),
        times: self::times(times),
        overlap: WindowOverlap::Allowed,
        about: Arc::default(),
    };
    let mut rules = ConflictRules { running: OnConflict::Refuse, reserved: OnConflict::Refuse };
    while let Some(word) = words.next() {
        match word {
            "apart" => window.overlap = WindowOverlap::Refused,
            "running" => rules.running = rule(words.next().unwrap()),
            _ => rules.reserved = rule(words.next().unwrap()),
        }
    }
    (window, rules)
}

fn times(text: &str) -> WindowTimes {
    if let Some(lead) = text.strip_prefix('>') {
        return WindowTimes::Floating { lead: lead.parse().unwrap() };
    }
    let span = |text: &str| {
        let (start, end) = text.split_once('-').unwrap();
        TimeWindow { start: start.parse().unwrap(), end: end.parse().unwrap() }
    };
    WindowTimes::Spans(text.split(',').map(span).collect())
}

fn rule(word: &str) -> OnConflict {
    match word {
        "keep" => OnConflict::Keep,
        "truncate" => OnConflict::Truncate,
        "cancel" => OnConflict::Cancel,
        _ => OnConflict::Refuse,
    }
}
