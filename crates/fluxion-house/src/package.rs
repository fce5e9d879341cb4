//! A crate as it lies on the disk: its manifest, and the text of every file of `src`.
//!
//! The only file here that touches the disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// A crate, read but not parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// As the folder is named.
    pub name: String,
    /// The text of `Cargo.toml`.
    pub manifest: String,
    /// Text by path, which is relative to `src` and has `/` between folders.
    pub files: BTreeMap<String, String>,
}

impl Package {
    /// The files that the compiler starts from: the library, and each program.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        let is_program = |path: &str| match path.strip_prefix("bin/") {
            Some(name) => !name.contains('/') || name.ends_with("/main.rs"),
            None => path == "lib.rs" || path == "main.rs",
        };
        self.files.keys().map(String::as_str).filter(move |path| is_program(path))
    }
}

/// Every crate below `crates`, in the order of their names.
pub fn packages(crates: &Path) -> io::Result<Vec<Package>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(crates)? {
        let entry = entry?;
        let mut files = BTreeMap::new();
        read_sources(&entry.path().join("src"), "", &mut files)?;
        found.push(Package {
            name: entry.file_name().to_string_lossy().into_owned(),
            manifest: fs::read_to_string(entry.path().join("Cargo.toml"))?,
            files,
        });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn read_sources(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_sources(&entry.path(), &format!("{path}/"), files)?;
        } else if path.ends_with(".rs") {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
impl Package {
    /// A crate with these files, for tests.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let owned = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self { files: owned.collect(), ..Self::default() }
    }
}
