//! By what it is seen that a file has changed, without reading it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Which file it is, when it was changed, and how long it is; nothing if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileStamp(Option<(u64, u64, i64, i64, u64)>);

impl FileStamp {
    /// Of the file at a path, links followed.
    pub(crate) fn of(path: &Path) -> Self {
        let stamp = fs::metadata(path)
            .ok()
            .map(|meta| (meta.dev(), meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.len()));
        Self(stamp)
    }
}
