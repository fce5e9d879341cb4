//! A constraint as text again: RFC 31, as JSON.

use fluxion_jobspec::{Constraint, PropertyTest};
use fluxion_sets::hostlist;

/// The constraint as JSON.
pub(super) fn constraint_text(constraint: &Constraint) -> String {
    let list = |word: &str, items: Vec<String>| format!("{{\"{word}\":[{}]}}", items.join(","));
    let each = |list: &[Constraint]| list.iter().map(constraint_text).collect();
    match constraint {
        Constraint::Properties(tests) => {
            list("properties", tests.iter().map(|test| quoted(&property(test))).collect())
        }
        Constraint::Hostlist(hosts) => {
            let mut names = Vec::new();
            hosts.for_each(|host| names.push(host.to_owned()));
            let text = hostlist::encode(names.iter().map(String::as_str));
            list("hostlist", if text.is_empty() { Vec::new() } else { vec![quoted(&text)] })
        }
        Constraint::Ranks(ranks) if ranks.is_empty() => list("ranks", Vec::new()),
        Constraint::Ranks(ranks) => list("ranks", vec![quoted(&ranks.to_string())]),
        Constraint::And(all) => list("and", each(all)),
        Constraint::Or(any) => list("or", each(any)),
        Constraint::Not(all) => list("not", each(all)),
    }
}

/// A test as it is written.
pub(super) fn property(test: &PropertyTest) -> String {
    format!("{}{}", if test.negated { "^" } else { "" }, test.name)
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control.is_control() => {
                quoted += &format!("\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read comes out as it went in.
    fn check(text: &str) {
        let jobspec = format!(
            r#"{{"version": 1, "tasks": [], "resources": [{{"type": "node", "count": 1}}],
                "attributes": {{"system": {{"duration": 1, "constraints": {text}}}}}}}"#
        );
        let jobspec = fluxion_jobspec::parse(&jobspec, &|_| true).unwrap();
        assert_eq!(constraint_text(&jobspec.constraint.unwrap()), text);
    }

    #[test]
    fn what_would_end_a_text_is_escaped() {
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
    }

    #[test]
    fn constraints_are_written_as_they_are_read() {
        check(r#"{"properties":["debug","^old"]}"#);
        check(r#"{"hostlist":["node[0-3,7]"]}"#);
        check(r#"{"ranks":["0-3,7"]}"#);
        check(r#"{"and":[{"properties":["debug"]},{"not":[{"ranks":["0"]}]}]}"#);
        check(r#"{"or":[{"properties":["a"]},{"properties":["b"]}]}"#);
    }
}
