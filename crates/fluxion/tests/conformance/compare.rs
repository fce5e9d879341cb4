//! When two outputs are the same: times and counts of visits are ignored, and a line of JSON is compared as JSON.

use serde_json::Value;

/// What is followed by figures that differ from run to run.
const VOLATILE: [&str; 5] =
    ["ELAPSE=", "Graph Load Time: ", "VISIT COUNT=", "ORDER COUNT=", "Match Time: "];

const PROMPT: &str = "resource-query> ";

/// How much of a line is shown.
const SHOWN: usize = 400;

#[derive(Debug, PartialEq)]
enum Line {
    Text(String),
    Json(Value),
}

/// The first line that differs, described; none if the texts are the same.
pub(crate) fn difference(recorded: &str, printed: &str) -> Option<String> {
    let (mut recorded, mut printed) = (lines(recorded), lines(printed));
    for at in 1.. {
        match (recorded.next(), printed.next()) {
            (None, None) => break,
            (recorded, printed) if recorded == printed => {}
            (recorded, printed) => {
                return Some(format!(
                    "    line {at}\n    recorded: {}\n    printed:  {}",
                    shown(recorded),
                    shown(printed)
                ));
            }
        }
    }
    None
}

/// The lines in one spelling each, without empty ones at the end.
fn lines(text: &str) -> impl Iterator<Item = Line> {
    text.trim_end().split('\n').map(line)
}

fn line(text: &str) -> Line {
    let text = without_figures(text).replace(PROMPT, "");
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(&text)
    {
        return Line::Json(value);
    }
    Line::Text(without_overhead(text.trim_end()).to_owned())
}

fn without_figures(text: &str) -> &str {
    let ends = VOLATILE.iter().filter_map(|label| text.find(label).map(|at| at + label.len()));
    ends.min().map_or(text, |end| &text[..end])
}

/// `list` and `info` end in a time in seconds: `INFO: 1, ALLOCATED, 0, a.yaml, 0.00012`.
fn without_overhead(text: &str) -> &str {
    let is_overhead = |text: &str| {
        !text.is_empty() && text.chars().all(|c| matches!(c, '0'..='9' | '.' | 'e' | '+' | '-'))
    };
    let fields: Vec<&str> = text.strip_prefix("INFO: ").unwrap_or("").split(", ").collect();
    match *fields.as_slice() {
        [id, state, at, .., _, last]
            if id.parse::<u64>().is_ok()
                && !state.is_empty()
                && state.chars().all(|c| c.is_ascii_uppercase())
                && at.parse::<i64>().is_ok()
                && is_overhead(last) =>
        {
            &text[..text.len() - last.len()]
        }
        _ => text,
    }
}

fn shown(line: Option<Line>) -> String {
    let text = match line {
        None => "(nothing)".to_owned(),
        Some(Line::Text(text)) => text,
        Some(Line::Json(value)) => value.to_string(),
    };
    text.chars().take(SHOWN).collect()
}
