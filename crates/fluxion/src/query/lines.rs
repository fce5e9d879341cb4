//! Where the lines of a session come from: a stream, or a terminal with line editing, history and completion.

use std::cell::RefCell;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Read, StdinLock};
use std::path::PathBuf;
use std::rc::Rc;

use rustyline::Editor;
use rustyline::config::{CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;

use super::completion::Completions;
use super::files;
use super::parsed_args::Prompt;
use super::session::Session;

const PROMPT: &str = "resource-query> ";

/// The most bytes of a line that comes from a stream.
const MOST_BYTES: u64 = 4 << 20;

/// A line that is too long; it was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line has at most {MOST_BYTES} bytes")]
pub(crate) struct TooLong;

/// A source of lines.
pub(crate) enum Lines {
    /// Any input, read as it is.
    Stream(StdinLock<'static>),
    /// Somebody who types.
    Terminal(Box<Terminal>),
}

/// A terminal with a prompt.
pub(crate) struct Terminal {
    editor: Editor<Completions, FileHistory>,
    /// The file that the history is kept in, if there is a place for it.
    history: Option<PathBuf>,
}

impl Lines {
    /// Standard input, with a prompt if that is wanted and standard input is a terminal.
    pub(crate) fn new(prompt: Prompt, session: &Rc<RefCell<Session>>) -> Self {
        let stdin = io::stdin();
        if prompt == Prompt::Wanted
            && stdin.is_terminal()
            && let Ok(terminal) = Terminal::new(session)
        {
            return Self::Terminal(Box::new(terminal));
        }
        Self::Stream(stdin.lock())
    }

    /// The next line, without its end; none at the end of the input.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Result<String, TooLong>>> {
        match self {
            Self::Stream(stream) => read_line(stream),
            Self::Terminal(terminal) => Ok(terminal.read_line()?.map(Ok)),
        }
    }
}

/// Bytes that are not UTF-8 are replaced: no file or vertex is called like that, and the session goes on.
fn read_line(stream: &mut impl BufRead) -> io::Result<Option<Result<String, TooLong>>> {
    let mut bytes = Vec::new();
    if stream.by_ref().take(MOST_BYTES).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.len() as u64 == MOST_BYTES && !bytes.ends_with(b"\n") {
        stream.skip_until(b'\n')?;
        return Ok(Some(Err(TooLong)));
    }
    Ok(Some(Ok(files::text(bytes))))
}

impl Terminal {
    fn new(session: &Rc<RefCell<Session>>) -> Result<Self, ReadlineError> {
        let config = Config::builder().completion_type(CompletionType::List).build();
        let mut editor = Editor::with_config(config)?;
        editor.set_helper(Some(Completions::new(Rc::clone(session))));
        let history = history_file();
        if let Some(path) = &history {
            // A first session has no history; a directory that cannot be written keeps none.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }

    fn read_line(&mut self) -> io::Result<Option<String>> {
        loop {
            match self.editor.readline(PROMPT) {
                Ok(line) => {
                    self.remember(&line);
                    return Ok(Some(line));
                }
                Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => {}
                Err(ReadlineError::Eof) => return Ok(None),
                Err(ReadlineError::Io(error)) => return Err(error),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }

    /// Keeps a line for later sessions, as well as possible.
    fn remember(&mut self, line: &str) {
        let added = self.editor.add_history_entry(line).unwrap_or(false);
        if let (true, Some(path)) = (added, &self.history) {
            let _ = self.editor.append_history(path);
        }
    }
}

/// A file in the user's state directory (XDG base directory specification), whose directory is made.
fn history_file() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let state = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state =
        state.or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/state")));
    let directory = state?.join("fluxion");
    fs::create_dir_all(&directory).ok()?;
    Some(directory.join("query_history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_skipped() {
        let long = [&vec![b'x'; (4 << 20) + 1][..], b"\nlist\n"].concat();
        let mut stream = &long[..];
        assert_eq!(read_line(&mut stream).unwrap(), Some(Err(TooLong)));
        assert_eq!(read_line(&mut stream).unwrap(), Some(Ok("list\n".to_owned())));
        assert_eq!(read_line(&mut stream).unwrap(), None);
    }

    #[test]
    fn a_stream_is_read_line_by_line() {
        let mut stream: &[u8] = b"one\n\n\xC6\x922 \xff\r\nlast";
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut stream).unwrap() {
            lines.push(line.unwrap());
        }
        assert_eq!(lines, ["one\n", "\n", "ƒ2 \u{fffd}\r\n", "last"]);
    }
}
