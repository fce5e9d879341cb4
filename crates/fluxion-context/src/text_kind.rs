//! What a text seems to be, by its first lines and keys. A guess, also for texts that no reader accepts: what is wrong
//! with a text is the reader's to say.

use crate::options::LoadFormat;

/// What a text seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// A graph.
    Graph(LoadFormat),
    /// An R object with a graph in its `scheduling`, which the readers of JGF take.
    GraphWithinR,
    /// A jobspec.
    Jobspec,
}

impl TextKind {
    /// Looks at a text. O(length), and usually much less.
    pub fn of(text: &str) -> Self {
        let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        match text.as_bytes().first() {
            Some(b'<') => Self::Graph(of_xml(text)),
            Some(b'{') => of_json(text),
            _ => Self::Jobspec,
        }
    }
}

/// A topology of hwloc has the root element `topology`, that of an old one is `root`.
fn of_xml(text: &str) -> LoadFormat {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
        } else if !rest.starts_with(['?', '!']) {
            let is_hwloc = rest.starts_with("topology") || rest.starts_with("root");
            return if is_hwloc { LoadFormat::Hwloc } else { LoadFormat::Grug };
        }
    }
    LoadFormat::Grug
}

fn of_json(text: &str) -> TextKind {
    let (mut has_execution, mut is_scheduling, mut within_r) = (false, false, false);
    for (depth, key) in Keys::of(text) {
        match (depth, key) {
            (1, "graph") => return TextKind::Graph(LoadFormat::Jgf),
            (1, "resources" | "tasks") => return TextKind::Jobspec,
            (1, key) => {
                has_execution |= key == "execution";
                is_scheduling = key == "scheduling";
            }
            (2, "graph") if is_scheduling => within_r = true,
            _ => {}
        }
        if has_execution && within_r {
            return TextKind::GraphWithinR;
        }
    }
    // in YAML, keys need no quotes
    let is_yaml = !text[1..].trim_start().starts_with(['"', '}']) || text.contains("resources");
    match (has_execution, is_yaml) {
        (true, _) => TextKind::Graph(LoadFormat::Rv1exec),
        (_, true) => TextKind::Jobspec,
        _ => TextKind::Graph(LoadFormat::Jgf),
    }
}

/// The keys of a JSON text with their depths, the outermost at 1, as far as it goes on like JSON.
struct Keys<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Keys<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The string that begins before `start`, and what follows it.
    fn string(&self, start: usize) -> Option<(&'t str, usize)> {
        let mut escaped = false;
        let end = self.text.bytes().skip(start).position(|byte| {
            let is_end = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            is_end
        })?;
        Some((self.text.get(start..start + end)?, start + end + 1))
    }
}

impl<'t> Iterator for Keys<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            self.at += 1;
            match byte {
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => {
                    let (string, after) = self.string(self.at)?;
                    self.at = after;
                    if self.text.get(after..)?.trim_start().starts_with(':') {
                        return Some((self.depth, string));
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: TextKind) {
        assert_eq!(TextKind::of(text), expected, "{text}");
    }

    #[test]
    fn kinds() {
        let graph = TextKind::Graph;
        check(r#"{"graph": {}}"#, graph(LoadFormat::Jgf));
        check("\u{feff}\n {\n\"writer\": \"graph\", \"graph\" : {", graph(LoadFormat::Jgf));
        check(r#"{"nodes": [], "edges": []}"#, graph(LoadFormat::Jgf));
        check(r#"{"version": 1, "execution": {"graph": 1}}"#, graph(LoadFormat::Rv1exec));
        check(r#"{"execution": {}, "scheduling": {"x": 1, "graph": {}}}"#, TextKind::GraphWithinR);
        check(r#"{"scheduling": {"graph": {}}, "execution": {}}"#, TextKind::GraphWithinR);
        check(r#"{"version": 1, "resources": []}"#, TextKind::Jobspec);
        check(r#"{"a\"graph": 1, "tasks": []}"#, TextKind::Jobspec);
        check("{version: 1, resources: []}", TextKind::Jobspec);
        check("{version: 1, \"a\": []}", TextKind::Jobspec);
        check("{\"version\": 1, resources: []}", TextKind::Jobspec);
        check("{}", graph(LoadFormat::Jgf));
        check("version: 1\nresources:\n", TextKind::Jobspec);
        check("", TextKind::Jobspec);
        check("<graphml/>", graph(LoadFormat::Grug));
        check(
            "<?xml version='1.0'?><!DOCTYPE topology><!-- <a> --><topology>",
            graph(LoadFormat::Hwloc),
        );
        check("<root/>", graph(LoadFormat::Hwloc));
        check("<!-- ", graph(LoadFormat::Grug));
    }

    proptest! {
        #[test]
        fn any_text_is_something(text in "[<{]?[a-z\"{}\\[\\]:,\\\\<>!? é-]{0,40}") {
            let _ = TextKind::of(&text);
        }
    }
}
