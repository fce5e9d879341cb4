//! Completion at the prompt: commands, match operations, file names, paths of vertices, and the fixed words of
//! each command, as the command table says.

use std::cell::RefCell;
use std::rc::Rc;

use fluxion_engine::MatchOperation;
use fluxion_graph::{CONTAINMENT, Graph, PathId};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use super::commands::{self, Operand};
use super::session::Session;

/// What the line editor asks.
pub(crate) struct Completions {
    session: Rc<RefCell<Session>>,
    files: FilenameCompleter,
}

impl Completions {
    /// Completions for the commands and the graph of a session, which is not in use while a line is edited.
    pub(crate) fn new(session: Rc<RefCell<Session>>) -> Self {
        Self { session, files: FilenameCompleter::new() }
    }
}

impl Completer for Completions {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line.get(..pos).unwrap_or(line);
        let start = typed.rfind(commands::is_blank).map_or(0, |blank| blank + 1);
        let (before, word) = typed.split_at(start);
        let choices = match operand(before) {
            Operand::File => return self.files.complete_path(line, pos),
            Operand::Vertex => {
                let session = self.session.try_borrow();
                session.map_or_else(|_| Vec::new(), |session| below(session.context.graph(), word))
            }
            operand => fixed_words(operand, word),
        };
        Ok((start, choices.into_iter().map(pair).collect()))
    }
}

impl Helper for Completions {}
impl Highlighter for Completions {}
impl Validator for Completions {}
impl Hinter for Completions {
    type Hint = String;
}

fn pair(text: String) -> Pair {
    Pair { display: text.trim_end().to_owned(), replacement: text }
}

/// What the word behind these is.
fn operand(before: &str) -> Operand {
    let words = commands::words(before);
    let Some((name, arguments)) = words.split_first() else {
        return Operand::Command;
    };
    let operands = commands::find(name).map_or(&[][..], |command| command.operands);
    operands.get(arguments.len()).or(operands.last()).copied().unwrap_or(Operand::Free)
}

/// The words that an operand may be and that start with `word`.
fn fixed_words(operand: Operand, word: &str) -> Vec<String> {
    let words: Vec<&str> = match operand {
        Operand::Command => commands::all().map(|command| command.name).collect(),
        Operand::Operation => {
            MatchOperation::ALL.iter().map(|operation| operation.as_str()).collect()
        }
        Operand::OneOf(words) => words.to_vec(),
        Operand::File | Operand::Vertex | Operand::Free => Vec::new(),
    };
    let close = words.into_iter().filter(|choice| choice.starts_with(word));
    // A blank follows a whole word, but not a predicate whose value is still to be typed.
    close
        .map(|choice| if choice.ends_with('=') { choice.to_owned() } else { format!("{choice} ") })
        .collect()
}

/// The paths of vertices that start with `word` and have no further component. O(vertices).
fn below(graph: &Graph, word: &str) -> Vec<String> {
    let Some((parent, stem)) = word.rsplit_once('/') else {
        return Vec::new();
    };
    let parent = match graph.vertices_at(parent).first() {
        Some(&vertex) => graph.path(vertex, CONTAINMENT),
        None if parent.is_empty() => root_parent(graph),
        None => None,
    };
    let Some(parent) = parent else {
        return Vec::new();
    };
    let paths = graph.vertices().iter().filter_map(|vertex| vertex.path);
    let mut found: Vec<String> = paths
        .filter(|&path| graph.paths().ancestors(path).next() == Some(parent))
        .map(|path| graph.path_text(path))
        .filter(|path| path.rsplit_once('/').is_some_and(|(_, name)| name.starts_with(stem)))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The path above that of the root: the empty one.
fn root_parent(graph: &Graph) -> Option<PathId> {
    let root = graph.path(graph.root(CONTAINMENT)?, CONTAINMENT)?;
    graph.paths().ancestors(root).last()
}

#[cfg(test)]
mod tests {
    use fluxion_graph::VertexSpec;

    use super::*;

    #[test]
    fn operands_follow_the_command_table() {
        let check =
            |before: &str, expected: Operand| assert_eq!(operand(before), expected, "{before}");
        check("", Operand::Command);
        check("  ", Operand::Command);
        check("match ", Operand::Operation);
        check("m allocate ", Operand::File);
        check("match allocate a ", Operand::Free);
        check("multi-match allocate a b c ", Operand::File);
        check("get-status ", Operand::Vertex);
        check("set-status /x ", Operand::OneOf(&["up", "down"]));
        check("bogus ", Operand::Free);
        check("help ", Operand::Command);
    }

    #[test]
    fn words_are_completed() {
        let check = |operand, word: &str, expected: &[&str]| {
            assert_eq!(fixed_words(operand, word), expected, "{word}");
        };
        check(Operand::Command, "set-", &["set-property ", "set-status "]);
        check(Operand::Operation, "without_allocating_", &["without_allocating_future "]);
        check(Operand::OneOf(&["names=", "status=up"]), "", &["names=", "status=up "]);
        check(Operand::Free, "", &[]);
    }

    #[test]
    fn paths_are_completed() {
        let mut graph = Graph::new();
        let paths = ["/c0", "/c0/node1", "/c0/node0", "/c0/node0/core0", "/c0/rack0", "/c0/node1"];
        for (n, path) in paths.into_iter().enumerate() {
            let vertex = graph.add_vertex(&VertexSpec::new("any", 0, n as i64)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
            if n == 0 {
                graph.set_root(CONTAINMENT, vertex).unwrap();
            }
        }
        let check =
            |word: &str, expected: &[&str]| assert_eq!(below(&graph, word), expected, "{word}");
        check("/", &["/c0"]);
        check("/c", &["/c0"]);
        check("/c0", &["/c0"]);
        check("/c0/", &["/c0/node0", "/c0/node1", "/c0/rack0"]);
        check("/c0/node", &["/c0/node0", "/c0/node1"]);
        check("/c0/node0/", &["/c0/node0/core0"]);
        check("/c0/node0/core0/", &[]);
        check("/none/", &[]);
        check("c", &[]);
        check("", &[]);
    }
}
