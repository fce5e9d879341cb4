//! Texts of files, and of standard input if the name is `-`: no more than a reader would take, and as they are.

use std::fs::File;
use std::io::{self, Read};

use clap::ValueEnum;
use clap::builder::PossibleValue;
use fluxion_context::LoadFormat;

/// The most bytes that are read; a text of that size is refused.
const MOST: u64 = (1 << 30) + 1;

/// What a file is called in messages.
pub(crate) fn called(file: &str) -> &str {
    if file == "-" { "standard input" } else { file }
}

/// Why there is no text: a sentence.
pub(crate) fn read(file: &str) -> Result<String, String> {
    let name = called(file);
    let bytes = bytes(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    String::from_utf8(bytes)
        .map_err(|error| format!("cannot read {name}: not UTF-8, {}", error.utf8_error()))
}

fn bytes(file: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match file {
        "-" => io::stdin().lock().take(MOST).read_to_end(&mut bytes)?,
        file => {
            let file = File::open(file)?;
            let size = file.metadata()?.len().min(MOST);
            // room for one more byte: otherwise the buffer doubles to see the end
            bytes.try_reserve_exact(usize::try_from(size).unwrap_or(0).saturating_add(1))?;
            file.take(MOST).read_to_end(&mut bytes)?
        }
    };
    Ok(bytes)
}

/// A format of graphs that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadFormat {
    Jgf,
    Grug,
    Hwloc,
    R,
}

impl ValueEnum for ReadFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Jgf, Self::Grug, Self::Hwloc, Self::R]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Jgf => PossibleValue::new("jgf").help("JSON Graph Format, version 1 or 2"),
            Self::Grug => PossibleValue::new("grug").help("A recipe in GraphML"),
            Self::Hwloc => PossibleValue::new("hwloc").help("The XML of hwloc, for one machine"),
            // under the names of `init` and `update`, too
            Self::R => PossibleValue::new("r").aliases(["rv1", "rv1exec"]).help("R version 1"),
        })
    }
}

impl From<ReadFormat> for LoadFormat {
    fn from(format: ReadFormat) -> Self {
        match format {
            ReadFormat::Jgf => Self::Jgf,
            ReadFormat::Grug => Self::Grug,
            ReadFormat::Hwloc => Self::Hwloc,
            ReadFormat::R => Self::Rv1exec,
        }
    }
}

/// A format of graphs for people.
pub(crate) fn format_name(format: LoadFormat) -> &'static str {
    match format {
        LoadFormat::Jgf | LoadFormat::JgfShorthand => "JGF",
        LoadFormat::Grug => "GRUG",
        LoadFormat::Hwloc => "hwloc",
        LoadFormat::Rv1exec | LoadFormat::Rv1execForce => "R version 1",
    }
}
