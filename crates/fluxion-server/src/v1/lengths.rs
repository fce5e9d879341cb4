//! How long the texts of a request may be.

use tonic::Status;

use crate::v1::failure;

/// The longest key, in bytes; of a job key too.
const LONGEST_KEY: usize = 128;

/// The longest policy, traverser or choice of subsystems, in bytes.
const LONGEST_WORDS: usize = 4 << 10;

/// The longest list of types or of pruning filters, in bytes.
const LONGEST_LIST: usize = 16 << 10;

/// Whether a key is short enough.
pub(crate) fn check_key(field: &str, key: &str) -> Result<(), Status> {
    check(field, key, LONGEST_KEY)
}

/// Whether a few words are short enough.
pub(crate) fn check_words(field: &str, words: &str) -> Result<(), Status> {
    check(field, words, LONGEST_WORDS)
}

/// Whether a list is short enough.
pub(crate) fn check_list(field: &str, list: &str) -> Result<(), Status> {
    check(field, list, LONGEST_LIST)
}

/// Whether a text has at most so many bytes.
pub(crate) fn check(field: &str, text: &str, most: usize) -> Result<(), Status> {
    if text.len() <= most {
        return Ok(());
    }
    let what = format!("{} bytes: expected at most {most}", text.len());
    Err(failure::invalid(field, what))
}
