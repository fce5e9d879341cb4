//! The file that the graph is written to when a session ends (`-o`, `docs/semantics/formats.md`, Graph
//! files).

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use fluxion_context::{Context, GraphFormat};

use super::parsed_args::Args;

/// A file that is open for writing, so that a name which will not do is known before the session starts.
#[derive(Debug)]
pub(crate) struct GraphFile {
    path: String,
    format: GraphFormat,
    file: File,
}

impl GraphFile {
    /// Opens, and empties, the file that the options ask for, if any.
    pub(crate) fn open(args: &Args) -> io::Result<Option<Self>> {
        let Some(basename) = &args.graph_output else {
            return Ok(None);
        };
        let format = args.graph_format;
        let path = format!("{basename}.{format}");
        let file = File::create(&path).map_err(|error| failure("open", &path, &error))?;
        Ok(Some(Self { path, format, file }))
    }

    /// Writes the graph of a context.
    pub(crate) fn write(self, context: &Context) -> io::Result<()> {
        let mut text = TextFile { file: BufWriter::new(self.file), error: None };
        let written = match context.write_graph(self.format, &mut text) {
            Ok(()) => text.file.flush(),
            Err(fmt::Error) => Err(text.error.unwrap_or_else(|| io::Error::other("no text"))),
        };
        written.map_err(|error| failure("write", &self.path, &error))
    }
}

fn failure(what: &str, path: &str, error: &io::Error) -> io::Error {
    io::Error::other(format!("can't {what} file for --graph-output: {path}: {error}"))
}

/// A file that takes text. Text errors say nothing, so the error of the file is kept.
struct TextFile {
    file: BufWriter<File>,
    error: Option<io::Error>,
}

impl fmt::Write for TextFile {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.file.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}
