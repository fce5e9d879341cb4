//! The file of settings: every option of `serve` under its own name, as TOML. Knows what is written where, not what it means.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file with its settings, in the order in which they stand there.
#[derive(Debug)]
pub(crate) struct SettingsFile {
    path: PathBuf,
    text: String,
    pub(crate) settings: Vec<Setting>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The name; that of a key in a table is `table-key`.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) key: Range<usize>,
    /// What it says.
    pub(crate) value: SettingValue,
    /// Where that stands.
    pub(crate) at: Range<usize>,
}

/// What a setting says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SettingValue {
    /// On or off.
    Switch(bool),
    /// A text or a number.
    Word(String),
    /// Several.
    Words(Vec<String>),
}

/// A file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSettings {
    path: PathBuf,
    /// Line and column, from 1.
    place: Option<(usize, usize)>,
    what: String,
}

impl std::error::Error for BadSettings {}

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.what)
    }
}

impl SettingsFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`BadSettings`]: it cannot be read, is no TOML, or has a value that no option takes.
    pub(crate) fn read(path: &Path) -> Result<Self, BadSettings> {
        let text = fs::read_to_string(path).map_err(|error| {
            let (path, what) = (path.to_owned(), error.to_string());
            BadSettings { path, place: None, what }
        })?;
        Self::parse(path, text)
    }

    fn parse(path: &Path, text: String) -> Result<Self, BadSettings> {
        let mut file = Self { path: path.to_owned(), text: String::new(), settings: Vec::new() };
        let table = match DeTable::parse(&text) {
            Ok(table) => table,
            Err(error) => {
                let (at, what) = (error.span().unwrap_or(0..0), error.message().to_owned());
                return Err(BadSettings {
                    place: Some(place(&text, at.start)),
                    ..file.fault(what)
                });
            }
        };
        let mut settings = Vec::new();
        let flat = flatten("", table.get_ref(), &mut settings);
        settings.sort_by_key(|setting: &Setting| setting.key.start);
        drop(table);
        (file.text, file.settings) = (text, settings);
        match flat {
            Ok(()) => Ok(file),
            Err((at, what)) => Err(file.refuse(&at, what)),
        }
    }

    /// What is wrong with a place of the file.
    pub(crate) fn refuse(&self, at: &Range<usize>, what: String) -> BadSettings {
        BadSettings { place: Some(place(&self.text, at.start)), ..self.fault(what) }
    }

    fn fault(&self, what: String) -> BadSettings {
        BadSettings { path: self.path.clone(), place: None, what }
    }
}

type Flat = Result<(), (Range<usize>, String)>;

fn flatten(above: &str, table: &DeTable<'_>, settings: &mut Vec<Setting>) -> Flat {
    for (key, value) in table {
        let name = match above {
            "" => key.get_ref().clone().into_owned(),
            above => format!("{above}-{}", key.get_ref()),
        };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(&name, inner, settings)?,
            _ => settings.push(Setting {
                name,
                key: key.span(),
                value: read(value)?,
                at: value.span(),
            }),
        }
    }
    Ok(())
}

fn read(value: &Spanned<DeValue<'_>>) -> Result<SettingValue, (Range<usize>, String)> {
    Ok(match value.get_ref() {
        DeValue::Boolean(on) => SettingValue::Switch(*on),
        DeValue::Array(values) => {
            let words: Result<_, _> = values.iter().map(word).collect();
            SettingValue::Words(words?)
        }
        _ => SettingValue::Word(word(value)?),
    })
}

fn word(value: &Spanned<DeValue<'_>>) -> Result<String, (Range<usize>, String)> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.clone().into_owned()),
        DeValue::Integer(number) => Ok(number.as_str().replace('_', "")),
        other => {
            let what = format!("expected a text or a whole number, found a {}", other.type_str());
            Err((value.span(), what))
        }
    }
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = SettingsFile::parse(Path::new("f.toml"), text.to_owned());
        let told = match read {
            Ok(file) => {
                let settings = file.settings.iter().map(|s| format!("{} = {:?}", s.name, s.value));
                settings.collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn settings_are_read_with_their_places() {
        check("", "");
        check("port = 4243\nhost = 'a'", r#"port = Word("4243"); host = Word("a")"#);
        check("max-visits = 5_000", r#"max-visits = Word("5000")"#);
        check(
            "[tls]\ncert = 'c'\n[max]\ncall-time = 3",
            r#"tls-cert = Word("c"); max-call-time = Word("3")"#,
        );
        check("insecure = true", "insecure = Switch(true)");
        check("listen = ['a', 1]", r#"listen = Words(["a", "1"])"#);
        check("port = 1.5", "f.toml:1:8: expected a text or a whole number, found a float");
        check("listen = [[1]]", "f.toml:1:11: expected a text or a whole number, found a array");
        check("a = 1\nb = ", "f.toml:2:5: string values must be quoted, expected literal string");
        check("a = 1\na = 2", "f.toml:2:1: duplicate key");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = SettingsFile::read(Path::new("/nowhere/f.toml")).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/f.toml: No such file"), "{error}");
    }
}
