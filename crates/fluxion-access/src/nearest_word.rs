//! What somebody may have meant who wrote a word that is not known.

use strsim::osa_distance;

/// Of the words, the one that is nearest to what was written, if two or three slips of the pen lead to it: a letter too
/// many, one too few, a wrong one, or two in the wrong order.
#[must_use]
pub fn nearest_word<'a>(
    written: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = written.chars().count().div_ceil(3).min(3);
    let near = words.into_iter().map(|word| (osa_distance(written, word), word));
    near.filter(|(slips, _)| *slips <= most).min_by_key(|(slips, _)| *slips).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let words = ["id", "sha256", "role", "graphs", "expires"];
        assert_eq!(nearest_word(written, words), expected, "{written}");
    }

    #[test]
    fn a_slip_is_put_right_and_another_word_is_not() {
        check("rol", Some("role"));
        check("roel", Some("role"));
        check("Graphs", Some("graphs"));
        check("graph", Some("graphs"));
        check("expiry", Some("expires"));
        check("sha-256", Some("sha256"));
        check("password", None);
        check("", None);
        check("x", None);
    }

    #[test]
    fn slips_are_counted() {
        for (one, other, expected) in
            [("", "", 0), ("", "ab", 2), ("ab", "ba", 1), ("kitten", "sitting", 3), ("a", "a", 0)]
        {
            assert_eq!(osa_distance(one, other), expected, "{one} {other}");
        }
    }
}
