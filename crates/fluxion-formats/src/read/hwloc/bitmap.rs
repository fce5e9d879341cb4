//! Sets of processors and of NUMA nodes, as hwloc writes them (`docs/semantics/readers.md`, hwloc).

use std::fmt;

/// Highest member that a set may name, plus one: far more than any machine has.
const MAX_MEMBERS: usize = 1 << 16;

const WORD: usize = u32::BITS as usize;

/// A set of small numbers; it may contain all from some number on.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct HwlocBitmap {
    /// The lowest first; the last is not what `rest` says.
    words: Vec<u32>,
    rest: Rest,
}

/// Whether the numbers beyond the words are members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    #[default]
    Out,
    In,
}

impl Rest {
    fn word(self) -> u32 {
        match self {
            Self::Out => 0,
            Self::In => u32::MAX,
        }
    }
}

impl HwlocBitmap {
    /// All numbers.
    pub(super) fn all() -> Self {
        Self { words: Vec::new(), rest: Rest::In }
    }

    /// Just 0.
    pub(super) fn first_only() -> Self {
        Self { words: vec![1], rest: Rest::Out }
    }

    /// Reads hexadecimal words of 32 bits, the highest first, separated by commas. As in the reference a word may
    /// have up to 64 bits, which reach into the next higher one. `None` if it is not that, or too large.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (rest, words) = match text.strip_prefix("0xf...f") {
            None => (Rest::Out, text),
            Some("") => return Some(Self::all()),
            Some(lower) => (Rest::In, lower.strip_prefix(',')?),
        };
        let mut bits = vec![0u32; words.split(',').count()];
        let highest = bits.len() - 1;
        for (n, word) in words.split(',').enumerate() {
            let digits = word.strip_prefix("0x").unwrap_or(word);
            let value = parse_word(digits)?;
            if let Some(low) = bits.get_mut(highest - n) {
                *low |= value as u32;
            }
            match (bits.get_mut(highest - n + 1), (value >> WORD) as u32) {
                (_, 0) => {}
                (Some(high), more) => *high |= more,
                (None, more) if rest == Rest::Out => bits.push(more),
                (None, _) => {}
            }
        }
        let set = Self { words: bits, rest }.trimmed();
        (set.words.len() * WORD <= MAX_MEMBERS).then_some(set)
    }

    fn trimmed(mut self) -> Self {
        let rest = self.rest.word();
        let used = self.words.iter().rposition(|&word| word != rest).map_or(0, |at| at + 1);
        self.words.truncate(used);
        self
    }

    fn word(&self, at: usize) -> u32 {
        self.words.get(at).copied().unwrap_or(self.rest.word())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.rest == Rest::Out
    }

    /// The lowest member.
    pub(super) fn lowest(&self) -> Option<usize> {
        match self.words.iter().position(|&word| word != 0) {
            Some(at) => Some(at * WORD + self.words[at].trailing_zeros() as usize),
            None => (self.rest == Rest::In).then_some(self.words.len() * WORD),
        }
    }

    /// What both contain.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let words = self.words.len().max(other.words.len());
        let rest = if self.rest == other.rest { self.rest } else { Rest::Out };
        Self { words: (0..words).map(|n| self.word(n) & other.word(n)).collect(), rest }.trimmed()
    }

    /// Adds a number; those beyond what a set may name are not added.
    pub(super) fn insert(&mut self, number: usize) {
        let (at, bit) = (number / WORD, 1 << (number % WORD));
        if number < MAX_MEMBERS && self.word(at) & bit == 0 {
            let rest = self.rest.word();
            self.words.resize(self.words.len().max(at + 1), rest);
            self.words[at] |= bit;
            *self = std::mem::take(self).trimmed();
        }
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.word(number / WORD) & 1 << (number % WORD) != 0
    }

    /// Whether this has all that `other` has.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.intersection(other) == *other
    }
}

/// A number of at most 16 hexadecimal digits; 0 without any.
fn parse_word(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return Some(0);
    }
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if plain { u64::from_str_radix(digits, 16).ok() } else { None }
}

impl fmt::Debug for HwlocBitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x?}{:?}", self.words, self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(text: &str) -> HwlocBitmap {
        HwlocBitmap::parse(text).unwrap()
    }

    #[test]
    fn texts() {
        for (text, members) in [
            ("", "[]Out"),
            ("0x0", "[]Out"),
            ("0x00000000,0x0,,", "[]Out"),
            ("0xf", "[f]Out"),
            ("F", "[f]Out"),
            ("0x00008000,,0x80000000", "[80000000, 0, 8000]Out"),
            ("0x1,", "[0, 1]Out"),
            ("0xf...f", "[]In"),
            ("0xf...f,0xffffffff", "[]In"),
            ("0xf...f,0xfffffff0,0x1", "[1, fffffff0]In"),
            ("0x1,0x100000002", "[2, 1]Out"),
            ("0x300000001,0x0", "[0, 1, 3]Out"),
            ("0xffffffffff", "[ffffffff, ff]Out"),
            ("0xf...f,0x100000002", "[2]In"),
        ] {
            assert_eq!(format!("{:?}", set(text)), members, "{text}");
        }
        for text in
            ["x", "0x", "0x1;0x2", " 0x1", "-1", "0x-1", "+1", "1-3", "0xf...", "0xf...f0x1"]
        {
            let expected = (text == "0x").then(HwlocBitmap::default);
            assert_eq!(HwlocBitmap::parse(text), expected, "{text}");
        }
        assert_eq!(HwlocBitmap::parse("0x11111111111111111"), None);
    }

    #[test]
    fn huge_sets_are_refused() {
        assert_eq!(set(&format!("0x1{}", ",".repeat(2047))).lowest(), Some(65_504));
        assert_eq!(HwlocBitmap::parse(&format!("0x1{}", ",".repeat(2048))), None);
        assert!(set(&",".repeat(1 << 20)).is_empty());
    }

    #[test]
    fn the_lowest_member() {
        for (text, lowest) in [
            ("", None),
            ("0x8", Some(3)),
            ("0x2,0x0", Some(33)),
            ("0xf...f", Some(0)),
            ("0xf...f,0x0", Some(32)),
            ("0xf...f,0x80000000", Some(31)),
        ] {
            assert_eq!(set(text).lowest(), lowest, "{text}");
        }
    }

    fn model(set: &HwlocBitmap) -> BTreeSet<usize> {
        (0..200).filter(|n| set.word(n / WORD) >> (n % WORD) & 1 == 1).collect()
    }

    prop_compose! {
        fn any_set()(words in prop::collection::vec(prop_oneof![Just(0), Just(u32::MAX), any::<u32>()], 0..5), all: bool) -> HwlocBitmap {
            HwlocBitmap { words, rest: if all { Rest::In } else { Rest::Out } }.trimmed()
        }
    }

    proptest! {
        #[test]
        fn like_sets_of_numbers(a in any_set(), b in any_set()) {
            let (x, y) = (model(&a), model(&b));
            prop_assert_eq!(model(&a.intersection(&b)), x.intersection(&y).copied().collect());
            prop_assert_eq!(a.covers(&b), x.is_superset(&y));
            prop_assert_eq!(a == b, x == y);
            prop_assert_eq!(a.lowest(), x.first().copied());
        }

        #[test]
        fn insertion_like_sets_of_numbers(mut a in any_set(), number in 0..200usize) {
            let mut x = model(&a);
            prop_assert_eq!(a.contains(number), x.contains(&number));
            a.insert(number);
            x.insert(number);
            prop_assert_eq!(a.clone().trimmed(), a.clone());
            prop_assert_eq!(model(&a), x);
        }
    }
}
