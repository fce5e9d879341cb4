//! The text format of Prometheus, read strictly: what a linter would complain of is refused.

use std::collections::{BTreeMap, BTreeSet};

/// Values by series, as the series is written.
pub(crate) type Samples = BTreeMap<String, f64>;

/// Reads a text.
pub(crate) fn read(text: &str) -> Result<Samples, String> {
    let (mut samples, mut families) = (Samples::new(), BTreeSet::new());
    let (mut family, mut kind) = (String::new(), String::new());
    if !text.ends_with('\n') {
        return Err("the last line has no end".to_owned());
    }
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, said) = rest.split_once(' ').ok_or_else(|| format!("no help: {line}"))?;
            (family, kind) = (name.to_owned(), String::new());
            if !is_name(name) || !families.insert(name.to_owned()) || said.trim().is_empty() {
                return Err(format!("bad or second family: {line}"));
            }
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            kind = rest.strip_prefix(&format!("{family} ")).ok_or(line)?.to_owned();
            let is_total = family.ends_with("_total");
            if !["counter", "gauge", "histogram"].contains(&kind.as_str())
                || is_total != (kind == "counter")
            {
                return Err(format!("bad type: {line}"));
            }
        } else {
            let (series, value) = line.rsplit_once(' ').ok_or_else(|| format!("bad: {line}"))?;
            check(series, &family, &kind)?;
            let value = value.parse().map_err(|_| format!("bad value: {line}"))?;
            if samples.insert(series.to_owned(), value).is_some() {
                return Err(format!("twice: {line}"));
            }
        }
    }
    Ok(samples)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_numeric())
}

fn check(series: &str, family: &str, kind: &str) -> Result<(), String> {
    let (name, labels) = match series.split_once('{') {
        None => (series, Vec::new()),
        Some((name, rest)) => (name, labels(rest).ok_or_else(|| format!("labels: {series}"))?),
    };
    let suffix = name.strip_prefix(family).ok_or_else(|| format!("not of {family}: {series}"))?;
    let has_bound = labels.iter().any(|label| label == "le");
    let fits = match (kind, suffix) {
        ("counter" | "gauge", "") | ("histogram", "_sum" | "_count") => !has_bound,
        ("histogram", "_bucket") => has_bound,
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("not of a {kind}: {series}")) }
}

/// The names of labels, `a="b",c="d"}`.
fn labels(mut rest: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    loop {
        let (name, value) = rest.split_once("=\"")?;
        if !is_name(name) || names.iter().any(|known| known == name) {
            return None;
        }
        names.push(name.to_owned());
        let mut end = None;
        let mut is_escaped = false;
        for (at, c) in value.char_indices() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        rest = value.get(end? + 1..)?;
        match rest {
            "}" => return Some(names),
            _ => rest = rest.strip_prefix(',')?,
        }
    }
}

#[test]
fn a_strict_reader_refuses_what_is_wrong() {
    let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{b=\"c\\\"d\"} 1\n";
    assert_eq!(read(good).map(|samples| samples.len()), Ok(1));
    for bad in [
        "a 1",
        "a 1\n",
        "# HELP a A.\n# TYPE a counter\n",
        "# HELP a_total A.\n# TYPE a_total gauge\n",
        "# HELP a A.\n# TYPE a gauge\na 1\na 2\n",
        "# HELP a A.\n# TYPE a gauge\nb 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"c} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n",
        "# HELP a A.\n# TYPE a histogram\na_bucket 1\n",
        "# HELP a A.\n# TYPE a gauge\na one\n",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
}
