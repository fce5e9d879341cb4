//! What the messages of both services have in common: how a match that found nothing is told, and how long a message
//! may be.

use fluxion_context::Notes;

use crate::legible::legible;

/// How published services begin the message of a match that found nothing; clients look for it.
const NOT_POSSIBLE: &str = "Allocation was not possible";

/// The message, or its first `most` bytes and an ellipsis.
pub(crate) fn cut(mut message: String, most: usize) -> String {
    if message.len() > most {
        let end = (0..=most).rev().find(|&end| message.is_char_boundary(end));
        message.truncate(end.unwrap_or(0));
        message.push_str("...");
    }
    message
}

/// The message as people may see it, not longer than `most` bytes or so.
pub(crate) fn told(message: &str, most: usize) -> String {
    cut(legible(message).into_owned(), most)
}

/// The message of a match that found nothing, with what the search has to say.
pub(crate) fn not_possible(reason: &str, notes: &Notes) -> String {
    if notes.is_empty() {
        format!("{NOT_POSSIBLE}: {reason}")
    } else {
        format!("{NOT_POSSIBLE}: {reason} ({notes})")
    }
}
