//! Numbers and nouns for people.

/// A number with commas: `16,384`.
pub(super) fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of a type: `1 node`, `16,384 nodes`.
pub(super) fn of_type(count: u64, ty: &str) -> String {
    format!("{} {}", number(count), if count == 1 { ty.to_owned() } else { plural(ty) })
}

/// Several of a type.
fn plural(ty: &str) -> String {
    match ty.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if ty.ends_with(['s', 'x']) || ty.ends_with("ch") => format!("{ty}es"),
        _ => format!("{ty}s"),
    }
}

/// `is` or `are`.
pub(super) fn is_or_are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// `has` or `have`.
pub(super) fn has_or_have(count: u64) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        let check = |given: u64, expected: &str| assert_eq!(number(given), expected);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(16_384, "16,384");
        check(1_130_496, "1,130,496");
    }

    #[test]
    fn several_are_told() {
        let check = |ty: &str, expected: &str| assert_eq!(of_type(2, ty), format!("2 {expected}"));
        check("node", "nodes");
        check("memory", "memories");
        check("storage_node", "storage_nodes");
        check("switch", "switches");
        check("box", "boxes");
        check("array", "arrays");
        assert_eq!(of_type(1, "node"), "1 node");
    }
}
