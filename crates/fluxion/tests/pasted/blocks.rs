//! The blocks of commands in a document.

use std::process::{Command, Stdio};

/// Commands that are pasted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of the document on which it begins.
    pub(crate) line: usize,
    /// What is pasted.
    pub(crate) commands: String,
    /// What the commands print, where the block shows it.
    pub(crate) printed: Option<String>,
}

/// What builds or fetches, and how to see that it is there.
const BUILDERS: [(&str, &str, &[&str]); 5] = [
    ("cargo", "cargo", &["--version"]),
    ("make", "make", &["--version"]),
    ("go", "go", &["version"]),
    ("python3", "python3", &["-c", "import ensurepip"]),
    // in the environment that a block before has made
    ("python", "python3", &["-c", "import ensurepip"]),
];

impl Block {
    /// The first program of the block that builds or fetches.
    pub(crate) fn builder(&self) -> Option<&'static str> {
        let builders = BUILDERS.iter().map(|&(name, ..)| name);
        builders.into_iter().find(|name| self.calls(name))
    }

    /// A program of the block that this machine has not.
    pub(crate) fn missing_tool(&self) -> Option<String> {
        let mut needed = BUILDERS.iter().filter(|(name, ..)| self.calls(name));
        let (_, program, arguments) = needed.find(|(_, program, arguments)| {
            let mut command = Command::new(program);
            let status =
                command.args(*arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
            !status.is_ok_and(|status| status.success())
        })?;
        Some(format!("`{program} {}` fails here", arguments.join(" ")))
    }

    fn calls(&self, program: &str) -> bool {
        let commands = self.commands.split(['\n', '&', '|', ';']);
        commands.into_iter().any(|command| command.split_whitespace().next() == Some(program))
    }
}

/// What a fence begins.
#[derive(Clone, Copy)]
enum Fenced {
    /// Commands.
    Script,
    /// Commands behind `$ `, and what each prints.
    Transcript,
    Other,
}

impl Fenced {
    fn of(language: &str) -> Self {
        match language {
            "sh" | "bash" | "shell" => Self::Script,
            "console" => Self::Transcript,
            _ => Self::Other,
        }
    }
}

/// The blocks of a document, in their order.
pub(crate) fn of(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut inside: Option<(Fenced, usize, Vec<&str>)> = None;
    for (line, text) in (1..).zip(text.lines()) {
        match (text.trim_start().strip_prefix("```"), &mut inside) {
            (Some(language), None) => inside = Some((Fenced::of(language), line, Vec::new())),
            (Some(_), Some(_)) => found.extend(inside.take().and_then(block)),
            (None, Some((.., lines))) => lines.push(text),
            (None, None) => {}
        }
    }
    found
}

fn block((fenced, line, lines): (Fenced, usize, Vec<&str>)) -> Option<Block> {
    match fenced {
        Fenced::Script => Some(Block { line, commands: ended(&lines), printed: None }),
        Fenced::Transcript => {
            let commands: Vec<_> =
                lines.iter().filter_map(|line| line.strip_prefix("$ ")).collect();
            let is_printed = |line: &&&str| !line.starts_with("$ ");
            let printed: Vec<_> = lines.iter().filter(is_printed).copied().collect();
            Some(Block { line, commands: ended(&commands), printed: Some(ended(&printed)) })
        }
        Fenced::Other => None,
    }
}

fn ended(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
