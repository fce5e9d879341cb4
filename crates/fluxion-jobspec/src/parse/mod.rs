//! From text to [`Jobspec`]: which notation, and the top level (`docs/semantics/jobspec.md`, Top level). Each
//! part of a jobspec is read by the file of its name. Knows the rules of jobspecs, not how texts become
//! trees.

mod attributes;
mod constraint;
mod count;
mod count_text;
mod flaws;
mod resources;
mod tasks;

use self::attributes::{attributes, note_attributes};
use self::flaws::Flaws;
use self::resources::{note_resources, resources};
use self::tasks::{note_tasks, tasks};
use crate::error::{JobspecError, Position};
use crate::jobspec::Jobspec;
use crate::limits::{MAX_TEXT, MAX_YAML};
use crate::notation::node::Node;
use crate::notation::scalar::unsigned;
use crate::notation::{json, yaml};

const KEYS: [&str; 4] = ["version", "resources", "tasks", "attributes"];

/// Reads the first document of `text`.
///
/// `is_known_type` says whether a type name is known to the graph; it is asked about `slot` and all other
/// names alike. Time and memory are linear in the length of the text, and bounded.
///
/// # Errors
/// The first rule broken, in the order of the rules, with its place.
pub fn parse(text: &str, is_known_type: &dyn Fn(&str) -> bool) -> Result<Jobspec, JobspecError> {
    if text.len() > MAX_TEXT {
        return Err(JobspecError::limit("expected a jobspec of at most 16 MiB", None));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let from_json = json::read(text).map(|root| jobspec(&root, is_known_type));
    match from_json {
        Some(Ok(jobspec)) => Ok(jobspec),
        // Only the YAML reader knows places.
        _ if text.len() <= MAX_YAML => yaml::read(text, |root| jobspec(root, is_known_type)),
        Some(Err(error)) => Err(error),
        None => {
            let start = Position { line: 1, column: 1 };
            let message = "expected strict JSON, or a jobspec of at most 256 KiB";
            Err(JobspecError::limit(message, Some(start)))
        }
    }
}

/// Everything that is wrong with the first document of `text`, in its order; nothing if it is a jobspec. An error of
/// the notation hides all others, and what may follow from another error is left out. Time and memory are linear in
/// the length of the text, and bounded.
pub fn faults(text: &str, is_known_type: &dyn Fn(&str) -> bool) -> Vec<JobspecError> {
    let Err(first) = parse(text, is_known_type) else { return Vec::new() };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let of_root = |root: &Node<'_>| of_jobspec(root, is_known_type);
    let all = if text.len() <= MAX_YAML {
        yaml::read_all(text, of_root).ok()
    } else if text.len() <= MAX_TEXT {
        json::read(text).map(|root| of_root(&root))
    } else {
        None
    };
    all.filter(|all| !all.is_empty()).unwrap_or_else(|| vec![first])
}

fn of_jobspec(root: &Node<'_>, is_known_type: &dyn Fn(&str) -> bool) -> Vec<JobspecError> {
    let mut flaws = Flaws::default();
    if flaws.keep(root.map_or(NO_MAP)).is_some() {
        let mut part = |key, name| flaws.keep(part(root, key, name));
        let parts = (part("version", "version"), part("attributes", "attributes"));
        let lists = (part("resources", "resource"), part("tasks", "tasks"));
        flaws.extend(root.stray_keys(&KEYS).map(stray));
        if let Some(node) = parts.0 {
            flaws.check(version(node));
        }
        if let Some(node) = parts.1 {
            note_attributes(node, &mut flaws);
        }
        if let Some(node) = lists.0 {
            note_resources(node, is_known_type, &mut flaws);
        }
        if let Some(node) = lists.1 {
            note_tasks(node, &mut flaws);
        }
    }
    flaws.in_order()
}

const NO_MAP: &str = "Top level of jobspec is not a mapping";

fn part<'n, 't>(root: &'n Node<'t>, key: &str, name: &str) -> Result<&'n Node<'t>, JobspecError> {
    let missing = || root.breaks(format!(r#"Missing key "{name}" in top level mapping"#));
    root.get(key).ok_or_else(missing)
}

fn stray(key: &Node<'_>) -> JobspecError {
    key.breaks("Top mapping in jobspec must have exactly four entries")
}

fn jobspec(root: &Node<'_>, is_known_type: &dyn Fn(&str) -> bool) -> Result<Jobspec, JobspecError> {
    root.map_or(NO_MAP)?;
    let version_node = part(root, "version", "version")?;
    let resources_node = part(root, "resources", "resource")?;
    let tasks_node = part(root, "tasks", "tasks")?;
    let attributes_node = part(root, "attributes", "attributes")?;
    if let Some(key) = root.stray_key(&KEYS) {
        return Err(stray(key));
    }
    version(version_node)?;
    let attributes = attributes(attributes_node)?;
    let resources = resources(resources_node, is_known_type)?;
    tasks(tasks_node)?;
    Ok(Jobspec {
        resources,
        duration: attributes.duration,
        queue: attributes.queue,
        constraint: attributes.constraint,
    })
}

/// Any version selects the same rules.
fn version(node: &Node<'_>) -> Result<(), JobspecError> {
    node.scalar_or(r#""version" must be an unsigned integer"#)?;
    match unsigned(node).map_err(|error| error.of("version"))? {
        1..=9999 => Ok(()),
        _ => Err(node.breaks(r#"Only jobspec "version" 1-9999 is supported"#)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn known(name: &str) -> bool {
        name != "unknown"
    }

    fn scalar() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (0..9_i64).prop_map(Value::from),
            "[a-z0-9\\[\\], ^+*~\"\\\\\n\t#:-]{0,6}".prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            prop::sample::select(vec![
                "core", "unknown", "+", "*", "^", "true", "null", "1", "n[0-2]"
            ])
            .prop_map(Value::from),
        ]
    }

    fn any_value() -> impl Strategy<Value = Value> {
        scalar().prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-z<:# ]{0,4}", inner, 0..4)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    /// Mostly the value that is wanted, now and then anything.
    fn mostly(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
        prop_oneof![12 => value, 1 => any_value()]
    }

    fn count() -> impl Strategy<Value = Value> {
        let operator = prop::sample::select(vec!["+", "*", "^", "-"]);
        prop_oneof![
            (0..5_u32).prop_map(Value::from),
            (0..3_u32, 1..9_u32, operator, 0..4_i32).prop_map(|(min, max, operator, operand)| {
                json!({"min": min, "max": max, "operator": operator, "operand": operand})
            }),
        ]
    }

    fn resource_tree() -> impl Strategy<Value = Value> {
        let leaf = mostly(count()).prop_map(|count| json!([{"type": "core", "count": count}]));
        leaf.prop_recursive(3, 8, 2, |inner| {
            (mostly(inner), mostly(count()), mostly(Just(json!("l")))).prop_map(
                |(with, count, label)| {
                    json!([{"type": "slot", "count": count, "label": label, "with": with}])
                },
            )
        })
    }

    fn constraint_tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            mostly(Just(json!(["^a", "b"]))).prop_map(|v| json!({"properties": v})),
            mostly(Just(json!(["n[1-3]"]))).prop_map(|v| json!({"hostlist": v})),
            mostly(Just(json!(["1-3,5"]))).prop_map(|v| json!({"ranks": v})),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            let operator = prop::sample::select(vec!["and", "or", "not"]);
            (operator, prop::collection::vec(inner, 0..3)).prop_map(|(op, v)| json!({op: v}))
        })
    }

    fn jobspec_value() -> impl Strategy<Value = Value> {
        let system = (mostly(scalar()), mostly(scalar()), mostly(constraint_tree()), any_value())
            .prop_map(|(duration, queue, constraints, user)| {
                json!({"user": user, "system": {
                    "duration": duration, "queue": queue, "constraints": constraints}})
            });
        let task = json!([{"command": ["a", 1, 2.5], "slot": "l", "count": {"per_slot": 1}}]);
        (mostly(Just(json!(1))), mostly(resource_tree()), mostly(Just(task)), mostly(system))
            .prop_map(|(version, resources, tasks, attributes)| {
                json!({"version": version, "resources": resources, "tasks": tasks,
                       "attributes": attributes})
            })
    }

    /// How the parser would judge the text if there were no fast way.
    fn by_yaml(text: &str) -> Result<Jobspec, JobspecError> {
        yaml::read(text, |root| jobspec(root, &known))
    }

    fn same(text: &str) -> Result<(), TestCaseError> {
        let fast = json::read(text).map(|root| jobspec(&root, &known));
        prop_assert!(fast.is_some(), "strict JSON has a fast way");
        let slow = by_yaml(text);
        if let Some(Ok(jobspec)) = fast {
            prop_assert_eq!(Ok(&jobspec), slow.as_ref(), "{}", text);
        }
        let parsed = parse(text, &known);
        prop_assert_eq!(&parsed, &slow, "{}", text);
        let all = faults(text, &known);
        prop_assert_eq!(all.is_empty(), parsed.is_ok(), "{}", text);
        prop_assert!(parsed.err().is_none_or(|first| all.contains(&first)), "{} {:?}", text, all);
        Ok(())
    }

    proptest! {
        #[test]
        fn json_and_yaml_agree(value in jobspec_value()) {
            same(&value.to_string())?;
            same(&serde_json::to_string_pretty(&value).unwrap())?;
        }

        #[test]
        fn strange_texts_do_not_panic(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "version: 1\n", "resources:", "tasks: []\n", "attributes:", "\n", " ", "  ", "\t", "- ",
                "-", "? ", ": ", ":", ",", "[", "]", "{", "}", "\"", "'", "|", ">", "|2-\n", "&a ",
                "*a", "!!str ", "!", "!<x>", "%YAML 1.2\n", "%TAG ! x\n", "---\n", "...\n", "#", " #",
                "a", "1", "~", "\\", "\\ud83d\\ude00", "\\x", "\r", "\0", "\u{feff}", "é", "<<", "@",
                "`", "%", "type: core", "count: ", "{type: core, count: 1}", "\u{85}", "\u{2028}",
            ]), 0..40),
        ) {
            let text = pieces.concat();
            let parsed = parse(&text, &known);
            prop_assert_eq!(faults(&text, &known).is_empty(), parsed.is_ok());
            let _ = by_yaml(&text);
        }

        #[test]
        fn any_text_does_not_panic(text in any::<String>()) {
            let _ = parse(&text, &known);
        }
    }
}
