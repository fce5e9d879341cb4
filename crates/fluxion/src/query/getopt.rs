//! GNU-style option scanning: short options that may be bundled, long options that may be abbreviated, operands
//! anywhere, `--` ends the options. The texts of the faults are those of glibc's `getopt_long`.
//!
//! It must not know what any option means.

use std::fmt;

/// One option.
#[derive(Debug)]
pub(crate) struct Row<T> {
    /// What the caller knows the option by.
    pub(crate) id: T,
    /// The letter after `-`.
    pub(crate) short: char,
    /// The name after `--`.
    pub(crate) long: &'static str,
    /// What the usage text calls the argument; an option without one is a flag.
    pub(crate) argument: Option<&'static str>,
    /// The value if the option is not given, as the usage text shows it.
    pub(crate) default: Option<&'static str>,
    /// What the option is for, one line of the usage text each.
    pub(crate) help: &'static [&'static str],
}

/// What one step of the scan found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'a, T> {
    /// An option; the argument is empty for a flag.
    Option(T, &'a str),
    /// A word that is no option.
    Operand(&'a str),
}

/// Why a word is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault<'a> {
    /// No such letter.
    InvalidShort(char),
    /// A letter at the very end that needs an argument.
    ShortNeedsArgument(char),
    /// No long name starts so.
    UnrecognizedLong(&'a str),
    /// Several long names start so.
    AmbiguousLong(&'a str, Vec<&'static str>),
    /// `--flag=value`.
    LongTakesNoArgument(&'static str),
    /// A long name at the very end that needs an argument.
    LongNeedsArgument(&'static str),
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidShort(c) => write!(f, "invalid option -- '{c}'"),
            Self::ShortNeedsArgument(c) => write!(f, "option requires an argument -- '{c}'"),
            Self::UnrecognizedLong(word) => write!(f, "unrecognized option '--{word}'"),
            Self::AmbiguousLong(word, names) => {
                write!(f, "option '--{word}' is ambiguous; possibilities:")?;
                names.iter().try_for_each(|name| write!(f, " '--{name}'"))
            }
            Self::LongTakesNoArgument(name) => {
                write!(f, "option '--{name}' doesn't allow an argument")
            }
            Self::LongNeedsArgument(name) => write!(f, "option '--{name}' requires an argument"),
        }
    }
}

/// Goes through the words of a command line.
#[derive(Debug)]
pub(crate) struct Scanner<'a, T: 'static> {
    rows: &'static [Row<T>],
    words: std::slice::Iter<'a, String>,
    /// What is left of a bundle of short options.
    bundle: &'a str,
    /// Whether `--` was seen.
    ended: bool,
}

type Step<'a, T> = Result<Found<'a, T>, Fault<'a>>;

impl<'a, T: Copy> Scanner<'a, T> {
    /// A scan of `words` for the options in `rows`.
    pub(crate) fn new(rows: &'static [Row<T>], words: &'a [String]) -> Self {
        Self { rows, words: words.iter(), bundle: "", ended: false }
    }

    fn short(&mut self, letter: char) -> Step<'a, T> {
        let row = self.rows.iter().find(|row| row.short == letter);
        let row = row.ok_or(Fault::InvalidShort(letter))?;
        if row.argument.is_none() {
            return Ok(Found::Option(row.id, ""));
        }
        let attached = std::mem::take(&mut self.bundle);
        let argument = Some(attached).filter(|text| !text.is_empty());
        let argument = argument.or_else(|| self.words.next().map(String::as_str));
        argument.map(|text| Found::Option(row.id, text)).ok_or(Fault::ShortNeedsArgument(letter))
    }

    fn long(&mut self, word: &'a str) -> Step<'a, T> {
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let row = self.row_of(name, word)?;
        match (row.argument, attached) {
            (None, None) => Ok(Found::Option(row.id, "")),
            (None, Some(_)) => Err(Fault::LongTakesNoArgument(row.long)),
            (Some(_), Some(value)) => Ok(Found::Option(row.id, value)),
            (Some(_), None) => match self.words.next() {
                Some(value) => Ok(Found::Option(row.id, value)),
                None => Err(Fault::LongNeedsArgument(row.long)),
            },
        }
    }

    fn row_of(&self, name: &str, word: &'a str) -> Result<&'static Row<T>, Fault<'a>> {
        if let Some(row) = self.rows.iter().find(|row| row.long == name) {
            return Ok(row);
        }
        let close: Vec<_> = self.rows.iter().filter(|row| row.long.starts_with(name)).collect();
        match close[..] {
            [] => Err(Fault::UnrecognizedLong(word)),
            [row] => Ok(row),
            _ => Err(Fault::AmbiguousLong(word, close.iter().map(|row| row.long).collect())),
        }
    }
}

impl<'a, T: Copy> Iterator for Scanner<'a, T> {
    type Item = Step<'a, T>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut letters = self.bundle.chars();
            if let Some(letter) = letters.next() {
                self.bundle = letters.as_str();
                return Some(self.short(letter));
            }
            let word = self.words.next()?;
            if self.ended {
                return Some(Ok(Found::Operand(word)));
            }
            match word.strip_prefix('-') {
                Some("-") => self.ended = true,
                None | Some("") => return Some(Ok(Found::Operand(word))),
                Some(bundle) => match bundle.strip_prefix('-') {
                    Some(long) => return Some(self.long(long)),
                    None => self.bundle = bundle,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn row(short: char, long: &'static str, argument: Option<&'static str>) -> Row<char> {
        Row { id: short, short, long, argument, default: None, help: &[] }
    }

    const ROWS: &[Row<char>] = &[
        row('f', "file", Some("PATH")),
        row('m', "format", Some("NAME")),
        row('o', "form", Some("NAME")),
        row('v', "verbose", None),
        row('q', "quiet", None),
    ];

    fn check(line: &str, expected: &str) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut got = Vec::new();
        for step in Scanner::new(ROWS, &words) {
            match step {
                Ok(Found::Option(id, argument)) => got.push(format!("{id}[{argument}]")),
                Ok(Found::Operand(word)) => got.push(format!("<{word}>")),
                Err(fault) => {
                    got.push(fault.to_string());
                    break;
                }
            }
        }
        assert_eq!(got.join(" "), expected, "{line}");
    }

    #[test]
    fn short_options() {
        check("-v -q", "v[] q[]");
        check("-vq", "v[] q[]");
        check("-f x -v", "f[x] v[]");
        check("-fx", "f[x]");
        check("-vfx", "v[] f[x]");
        check("-vf x", "v[] f[x]");
        check("-f -v", "f[-v]");
        check("-f=x", "f[=x]");
        check("-Z", "invalid option -- 'Z'");
        check("-vé", "v[] invalid option -- 'é'");
        check("-v=1", "v[] invalid option -- '='");
        check("-f", "option requires an argument -- 'f'");
    }

    #[test]
    fn long_options() {
        check("--file x", "f[x]");
        check("--file=x=y", "f[x=y]");
        check("--file=", "f[]");
        check("--fi x", "f[x]");
        check("--v", "v[]");
        check("--form x", "o[x]");
        check("--forma x", "m[x]");
        check("--file -v", "f[-v]");
        check("--Z", "unrecognized option '--Z'");
        check("--files=x", "unrecognized option '--files=x'");
        check("--file", "option '--file' requires an argument");
        check("--verb=1", "option '--verbose' doesn't allow an argument");
        check("--f=x", "option '--f=x' is ambiguous; possibilities: '--file' '--format' '--form'");
    }

    #[test]
    fn operands() {
        check("x -v y", "<x> v[] <y>");
        check("- -v", "<-> v[]");
        check("-v -- -q --file", "v[] <-q> <--file>");
    }
}
