//! What an error says: which option or which text is to blame, and where, whatever words stand in it.

#![expect(clippy::unwrap_used, reason = "what is not refused is a failed test")]

use fluxion_context::{
    AttachError, Context, FindError, JobId, JobspecErrorKind, LoadError, LoadFormat,
    MatchErrorKind, MatchFault, MatchOperation, OptionName, Options, PartialCancelFailure,
    Position, Refusal, ReleaseFormat, SetupError, UpdateError, UpdateErrorKind, UpdateFormat,
    UpdateTime,
};

/// Names that are also words of options and of messages.
const NAMES: [&str; 8] = [
    "can't create matcher",
    "can't create traverser",
    "can't set pruning filters",
    "prune",
    "policy",
    "line 1, column 1",
    "line\nbreak",
    "",
];

fn jgf() -> Options {
    Options { load_format: LoadFormat::Jgf, ..Options::default() }
}

fn at(line: usize, column: usize) -> Option<Position> {
    Some(Position { line, column })
}

/// A machine of one node with a core; `more` goes into the metadata of the core.
fn machine(more: &str) -> String {
    format!(
        r#"{{"graph": {{"nodes": [
{{"id": "0", "metadata": {{"type": "cluster", "paths": {{"containment": "/c0"}}}}}},
{{"id": "1", "metadata": {{"type": "node", "rank": 0, "paths": {{"containment": "/c0/n1"}}}}}},
{{"id": "2", "metadata": {{"type": "core", "rank": 0{more}, "paths": {{"containment": "/c0/n1/core2"}}}}}}],
"edges": [{{"source": "0", "target": "1"}}, {{"source": "1", "target": "2"}}]}}}}"#
    )
}

fn serve() -> Context {
    Context::load(&machine(""), &jgf()).unwrap()
}

#[track_caller]
fn check(
    options: &Options,
    text: &str,
    option: Option<OptionName>,
    place: Option<Position>,
) -> LoadError {
    let error = Context::load(text, options).unwrap_err();
    assert_eq!((error.option(), error.position()), (option, place), "{error}");
    error
}

#[test]
fn an_option_is_blamed_by_its_name() {
    for name in NAMES {
        let policy = Options { policy: name.to_owned(), ..jgf() };
        check(&policy, "{", Some(OptionName::Policy), None);
        let traverser = Options { traverser: name.to_owned(), ..jgf() };
        check(&traverser, "{", Some(OptionName::Traverser), None);
        let subsystems = Options { subsystems: name.to_owned(), ..jgf() };
        check(&subsystems, &machine(""), Some(OptionName::Subsystems), None);
        if !name.is_empty() {
            let filters = Options { prune_filters: name.to_owned(), ..jgf() };
            check(&filters, &machine(""), Some(OptionName::PruneFilters), None);
        }
    }
    let power = Options { subsystems: "PA".to_owned(), ..jgf() };
    let error = check(&power, &machine(""), Some(OptionName::Subsystems), None);
    assert_eq!(error, LoadError::Setup(SetupError::NoRoot("power".to_owned())));
}

#[test]
fn a_graph_is_blamed_at_its_place_whatever_its_vertices_are_named() {
    for name in NAMES {
        let quoted = serde_json::Value::from(name);
        let text =
            format!("{{\"graph\": {{\"nodes\": [\n {{\"id\": {quoted}}}], \"edges\": []}}}}");
        let error = check(&jgf(), &text, None, at(2, 2));
        let sentence =
            format!("vertex `{name}`: expected an object with a key `metadata` (line 2, column 2)");
        assert_eq!(error.to_string(), sentence);
        assert_eq!(error.untold_position(), None);
        let error =
            check(&jgf(), &machine(&format!(r#", "name": {quoted}, "size": -7"#)), None, at(4, 1));
        assert!(matches!(error, LoadError::Jgf(_)), "{error:?}");
    }
}

#[test]
fn a_graph_that_is_too_deep_is_blamed_itself() {
    for name in NAMES {
        let quoted = serde_json::Value::from(name);
        let entry = |id: usize| match id {
            0 => r#"{"id": "0", "metadata": {"type": "c", "paths": {"containment": "/c0"}}}"#
                .to_owned(),
            _ => format!(
                r#"{{"id": "{id}", "metadata": {{"type": "t", "name": {quoted}, "paths": {{}}}}}}"#
            ),
        };
        let edge = |id: usize| format!(r#"{{"source": "{id}", "target": "{}"}}"#, id + 1);
        let vertices: Vec<String> = (0..=500).map(entry).collect();
        let edges: Vec<String> = (0..500).map(edge).collect();
        let (vertices, edges) = (vertices.join(","), edges.join(","));
        let text = format!(r#"{{"graph": {{"nodes": [{vertices}], "edges": [{edges}]}}}}"#);
        let error = check(&jgf(), &text, None, None);
        assert_eq!(error, LoadError::Setup(SetupError::TooDeep(name.to_owned())));
    }
}

#[test]
fn every_reader_tells_the_place() {
    let format = |load_format| Options { load_format, ..Options::default() };
    check(&format(LoadFormat::Jgf), "{\n ?", None, at(2, 2));
    check(&format(LoadFormat::Grug), "<policy/>", None, at(1, 1));
    check(&format(LoadFormat::Hwloc), "<policy/>", None, at(1, 1));
    check(&format(LoadFormat::Rv1exec), "{\n ?", None, at(2, 2));
    check(&format(LoadFormat::Rv1exec), "[]", None, None);
}

#[test]
fn a_match_says_what_stood_in_the_way() {
    let mut context = serve();
    let mut fails =
        |jobspec: &str| context.match_jobspec(MatchOperation::Allocate, jobspec, 0).unwrap_err();
    let error = fails("version: [\n");
    assert_eq!((error.kind(), error.position()), (MatchErrorKind::Jobspec, at(2, 1)));
    let syntax = |e: &MatchFault| matches!(e, MatchFault::Jobspec(e) if e.kind() == JobspecErrorKind::Syntax);
    assert!(syntax(&error.reason), "{error:?}");
    let jobspec = |count: u32, duration: i64| {
        format!(
            r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": {duration}}}}},
            "resources": [{{"type": "slot", "label": "s", "count": {count}, "with": [{{"type": "core", "count": 1}}]}}]}}"#
        )
    };
    let error = fails(&jobspec(1, -1));
    assert_eq!((error.kind(), error.position()), (MatchErrorKind::Invalid, None));
    assert_eq!(error.reason, MatchFault::Refused(Refusal::Duration("-1".to_owned())));
    let error = fails(&jobspec(2, 1));
    assert_eq!((error.kind(), error.job), (MatchErrorKind::Busy, JobId(1)));
    assert_eq!(error.to_string(), "no matching resources found");
}

#[test]
fn documents_for_a_loaded_graph_are_blamed_at_their_place() {
    let mut context = serve();
    let text = machine(r#", "size": true"#);
    let time = UpdateTime { start: 0, duration: 10, now: 0 };
    let error = context.attach(&text).unwrap_err();
    assert_eq!(error.position(), at(4, 1));
    assert!(matches!(error, AttachError::Jgf(_)), "{error:?}");
    let update = |context: &mut Context, format, text: &str| {
        context.update(format, text, JobId(7), time).unwrap_err()
    };
    let error = update(&mut context, UpdateFormat::Jgf, &machine(r#", "size": 9"#));
    assert_eq!(error.kind(), UpdateErrorKind::Absent);
    assert!(matches!(error, UpdateError::Jgf(_)), "{error:?}");
    let error = update(&mut context, UpdateFormat::Rv1exec, "[]");
    assert_eq!(error.kind(), UpdateErrorKind::Invalid);
    let release = |context: &mut Context, text: &str| {
        context.partial_cancel(ReleaseFormat::Jgf, text, JobId(7)).unwrap_err()
    };
    let exclusive = machine(r#", "exclusive": true"#);
    context.update(UpdateFormat::Jgf, &exclusive, JobId(7), time).unwrap();
    let error = update(&mut context, UpdateFormat::Jgf, &exclusive);
    assert_eq!(error, UpdateError::LiveJob(JobId(7)));
    let error = context.update(UpdateFormat::Jgf, &exclusive, JobId(8), time).unwrap_err();
    assert_eq!(error.kind(), UpdateErrorKind::Busy);
    let UpdateError::NotBooked(refused) = error else { panic!("{error:?}") };
    assert_eq!(refused.vertex.unwrap().name, "core2");
    assert!(matches!(release(&mut context, "{"), PartialCancelFailure::Jgf(_)));
}

#[test]
fn criteria_are_told_as_they_were_given() {
    let error = serve().find("names=prune or", 0).unwrap_err();
    let FindError::Criteria(invalid) = &error else { panic!("{error:?}") };
    assert_eq!(invalid.0, "names=prune or");
    assert_eq!(error.to_string(), "invalid criteria: names=prune or.");
}
