//! How errors show a value of a document.

/// Most bytes of a value that an error shows.
const MOST_BYTES: usize = 1000;

/// The value, or its first bytes and an ellipsis.
pub(super) fn excerpt(value: &str) -> String {
    if value.len() <= MOST_BYTES {
        return value.to_owned();
    }
    let end = (0..=MOST_BYTES).rev().find(|&end| value.is_char_boundary(end));
    format!("{}...", &value[..end.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, excerpt};

    #[test]
    fn long_values_are_cut_between_characters() {
        let all = "x".repeat(MOST_BYTES);
        assert_eq!(excerpt(&all), all);
        let cut = format!("{}...", &all[1..]);
        assert_eq!(excerpt(&format!("{}é", &all[1..])), cut);
    }
}
