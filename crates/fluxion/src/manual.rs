//! `fluxion man`: a manual page for each command, made from what its `--help` is made from.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Command};
use clap_mangen::Man;

/// Where the pages go.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Folder for a page of each command, which is made if need be; without it, the page of `fluxion` is printed.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the pages; exit status 1 if a file cannot be written or nobody takes the text.
pub(crate) fn run(arguments: ManArgs, command: Command) -> ExitCode {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let written = match arguments.out {
        Some(folder) => write_all(&command, &folder),
        None => page(&command).and_then(|page| io::stdout().write_all(&page)).map_err(Into::into),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If even standard error is gone there is nobody left to tell.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write_all(command: &Command, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for command in family(command) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        let file = folder.join(format!("{name}.1"));
        let written = page(command).and_then(|page| fs::write(&file, page));
        written.with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// A command and all below it.
fn family(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(family);
    std::iter::once(command).chain(below).collect()
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let notes = command.get_after_help().map(ToString::to_string);
    let mut page = Vec::new();
    Man::new(command.clone().after_help(None::<&'static str>))
        // A page has no date of its own, but an empty one would put the rest in its place.
        .date(" ")
        .source(concat!("fluxion ", env!("CARGO_PKG_VERSION")))
        .manual("Fluxion")
        .render(&mut page)?;
    page.extend(notes.iter().flat_map(|notes| as_it_stands(notes).into_bytes()));
    Ok(page)
}

/// A section whose lines are kept: examples and tables.
fn as_it_stands(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-");
    let line = |line: &str| match line {
        line if line.starts_with(['.', '\'']) => format!("\\&{line}\n"),
        line => format!("{line}\n"),
    };
    format!(".SH NOTES\n.nf\n{}.fi\n", escaped.lines().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(as_it_stands(text), format!(".SH NOTES\n.nf\n{expected}.fi\n"));
    }

    #[test]
    fn nothing_is_taken_for_a_request_of_roff() {
        check("a\n  b", "a\n  b\n");
        check(".so\n'x\n a.", "\\&.so\n\\&'x\n a.\n");
        check("--x \\n", "\\-\\-x \\en\n");
    }
}
