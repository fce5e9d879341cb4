//! Messages of statuses, cut to what can travel.

/// The message, or its first `most` bytes and an ellipsis.
pub(crate) fn cut(mut message: String, most: usize) -> String {
    if message.len() > most {
        let end = (0..=most).rev().find(|&end| message.is_char_boundary(end));
        message.truncate(end.unwrap_or(0));
        message.push_str("...");
    }
    message
}
