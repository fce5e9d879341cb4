//! What differs from run to run, made the same.

/// The incarnations in a text, which differ from run to run, as one that does not.
pub(crate) fn masked(text: &str) -> String {
    let is_incarnation =
        |word: &str| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let mask = |word: &str| match word.get(..16) {
        Some(digits) if is_incarnation(digits) && word.len() <= 17 => {
            format!("5f0c3a9e1b7d2468{}", &word[16..])
        }
        _ => word.to_owned(),
    };
    words.map(mask).collect()
}
