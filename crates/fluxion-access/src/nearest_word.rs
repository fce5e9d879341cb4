//! What somebody may have meant who wrote a word that is not known.

/// Of the words, the one that is nearest to what was written, if two or three slips of the pen lead to it: a letter too
/// many, one too few, a wrong one, or two in the wrong order.
#[must_use]
pub fn nearest_word<'a>(
    written: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = written.chars().count().div_ceil(3).min(3);
    let near = words.into_iter().map(|word| (slips(written, word), word));
    near.filter(|(slips, _)| *slips <= most).min_by_key(|(slips, _)| *slips).map(|(_, word)| word)
}

/// O(length of one × length of the other).
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<_>, Vec<_>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let above = |back: usize, left: usize| {
                let row = (i + 1).checked_sub(back).and_then(|at| rows.get(at));
                let place = (j + 1).checked_sub(left);
                row.zip(place).and_then(|(row, at)| row.get(at)).copied().unwrap_or(usize::MAX / 2)
            };
            let left = row.last().copied().unwrap_or_default();
            let swapped =
                j > 0 && i > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            let straight = above(1, 1) + usize::from(a != b);
            let turned = if swapped { above(2, 2) + 1 } else { usize::MAX };
            row.push(straight.min(left + 1).min(above(1, 0) + 1).min(turned));
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
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
            assert_eq!(slips(one, other), expected, "{one} {other}");
        }
    }
}
