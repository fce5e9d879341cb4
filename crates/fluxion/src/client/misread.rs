//! Command lines that cannot be read: what is told of them, for people and for scripts.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::json;

use super::exit::{Exit, one_line};

/// Tells it on standard error, as a document if the words ask for one; help and versions are told on standard output.
pub(super) fn tell(error: &clap::Error, words: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match error.print() {
            Ok(()) => Exit::Done.code(),
            Err(_) => Exit::Failed.code(),
        };
    }
    // If even standard error is gone there is nobody left to tell.
    let _ = match wants_json(words) {
        true => writeln!(io::stderr(), "{:#}", document(error)),
        false => error.print(),
    };
    Exit::Usage.code()
}

fn document(error: &clap::Error) -> serde_json::Value {
    let text = error.render().to_string();
    let said = text.split("\n\n").next().unwrap_or_default();
    let message = one_line(said.strip_prefix("error: ").unwrap_or(said));
    let suggested = error.get(ContextKind::Suggested).and_then(|suggested| match suggested {
        ContextValue::StyledStrs(texts) => texts.first().map(ToString::to_string),
        _ => None,
    });
    json!({ "errors": [{
        "exit_status": Exit::Usage as u8, "code": null, "message": message, "hint": suggested,
    }] })
}

/// Whether the words say `--output json`, in any of its spellings.
fn wants_json(words: &[OsString]) -> bool {
    let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
    let joined = ["--output=json", "-o=json", "-ojson"];
    let apart = |pair: &[&str]| matches!(pair, ["--output" | "-o", "json"]);
    words.iter().any(|word| joined.contains(word)) || words.windows(2).any(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_document_gets_one() {
        let check = |line: &str, expected: bool| {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            assert_eq!(wants_json(&words), expected, "{line}");
        };
        check("jobs --output json --guess", true);
        check("jobs --output=json", true);
        check("jobs -o json", true);
        check("jobs -ojson", true);
        check("jobs -o table", false);
        check("match json", false);
    }
}
