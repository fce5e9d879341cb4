//! How many elements and members a JSON text can have: a bound for what its readers collect before they look at it.

/// At most so many. O(length of the text).
pub(super) fn count(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b',').count() as u64 + 1
}
