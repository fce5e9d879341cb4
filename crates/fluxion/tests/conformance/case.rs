//! Recorded sessions, and the list of those that are meant to come out differently.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Why there is nothing to replay.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// One recorded session.
#[derive(Debug)]
pub(crate) struct Case {
    /// Group and name.
    pub(crate) id: String,
    /// The words after `query`; `@R@` and `@G@` stand for files to write.
    pub(crate) args: Vec<String>,
    /// The lines of the session.
    pub(crate) stdin: String,
    /// The recorded exit status.
    pub(crate) exit: i64,
    /// The recorded content of `@R@`.
    pub(crate) result: Option<String>,
    /// The recorded standard output.
    pub(crate) stdout: String,
}

impl Case {
    /// What comes before the name.
    pub(crate) fn group(&self) -> &str {
        self.id.split_once('/').map_or("", |(group, _)| group)
    }

    fn read(id: String, path: &Path) -> Result<Self, Failure> {
        let value: Value = serde_json::from_slice(&fs::read(path)?)?;
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let case = || {
            let args = value["args"].as_array()?.iter();
            Some(Self {
                args: args.map(|word| word.as_str().map(str::to_owned)).collect::<Option<_>>()?,
                stdin: text("stdin")?,
                exit: value["exit"].as_i64()?,
                result: text("result"),
                stdout: text("stdout")?,
                id: id.clone(),
            })
        };
        case().ok_or_else(|| format!("{id} is not a recorded session").into())
    }
}

/// The cases whose id contains one of the texts (all, if there is no text), by id.
pub(crate) fn read_all(folder: &Path, texts: &[&str]) -> Result<Vec<Case>, Failure> {
    let mut cases = BTreeMap::new();
    for group in fs::read_dir(folder)? {
        let group = group?;
        for file in fs::read_dir(group.path())? {
            let path = file?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let id = format!("{}/{name}", group.file_name().to_string_lossy());
            if texts.is_empty() || texts.iter().any(|text| id.contains(text)) {
                cases.insert(id.clone(), Case::read(id, &path)?);
            }
        }
    }
    Ok(cases.into_values().collect())
}

/// Which cases differ on purpose, and why.
pub(crate) fn deviations(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}
