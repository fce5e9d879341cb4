//! Reads the files that a session names, no further than makes sense: a device or a pipe may never end.

use std::fs::File;
use std::io::{self, Read};

/// The most bytes of a jobspec file that are read; a jobspec of that size is refused.
pub(crate) const MOST_JOBSPEC: u64 = (16 << 20) + 1;

/// The most bytes of a graph file that are read; a graph of that size is refused.
pub(crate) const MOST_GRAPH: u64 = (1 << 30) + 1;

/// Bytes as text; what is not UTF-8 is replaced.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into())
}

/// The first bytes of a file, `most` if there are so many.
pub(crate) fn read(path: &str, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    // room for one more byte: otherwise the buffer doubles to see the end
    bytes.try_reserve_exact(usize::try_from(size.min(most)).unwrap_or(0).saturating_add(1))?;
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
