//! Strings to dense numbers and back. Numbers are given in order of first appearance, so that equal input
//! gives equal numbers.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::ids::Symbol;

/// A set of distinct strings, each with a dense number. All text lies in one buffer.
#[derive(Clone, Default, Debug)]
pub struct Interner {
    text: String,
    ends: Vec<u32>,
    index: HashTable<u32>,
    /// What was interned last: readers come with the same text several times in a row.
    recent: u32,
}

/// Beyond so many bytes the buffer grows more slowly.
const MUCH_TEXT: usize = 1 << 20;

/// What a string takes beside its text.
const PER_STRING: usize = 12;

fn hash(text: &str) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[inline]
fn range(ends: &[u32], number: u32) -> Range<usize> {
    let at = number as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    start..ends[at] as usize
}

#[inline]
fn slice<'a>(text: &'a str, ends: &[u32], number: u32) -> &'a str {
    &text[range(ends, number)]
}

/// Whether a string is `text`.
#[inline]
fn is(buffer: &str, ends: &[u32], number: u32, text: &str) -> bool {
    buffer.as_bytes()[range(ends, number)] == *text.as_bytes()
}

impl Interner {
    /// The number of `text`, which is new if it was never seen. Amortised O(length).
    pub fn intern(&mut self, text: &str) -> Symbol {
        let Self { text: buffer, ends, index, recent } = self;
        if ends.len() > *recent as usize && is(buffer, ends, *recent, text) {
            return Symbol(*recent);
        }
        let code = hash(text);
        if let Some(&found) = index.find(code, |&n| is(buffer, ends, n, text)) {
            *recent = found;
            return Symbol(found);
        }
        let number = ends.len() as u32;
        if buffer.len() > MUCH_TEXT && buffer.capacity() - buffer.len() < text.len() {
            // by half, not twofold: words may be megabytes long
            buffer.reserve_exact(text.len().max(buffer.len() / 2));
        }
        buffer.push_str(text);
        ends.push(buffer.len() as u32);
        index.insert_unique(code, number, |&n| hash(slice(buffer, ends, n)));
        *recent = number;
        Symbol(number)
    }

    /// The number of `text` if it was ever interned.
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.index.find(hash(text), |&n| is(&self.text, &self.ends, n, text)).map(|&n| Symbol(n))
    }

    /// The text of a symbol of this interner.
    #[inline]
    pub fn resolve(&self, symbol: Symbol) -> &str {
        slice(&self.text, &self.ends, symbol.0)
    }

    /// Whether a symbol of this interner is that of `text`.
    #[inline]
    pub(crate) fn is(&self, symbol: Symbol, text: &str) -> bool {
        is(&self.text, &self.ends, symbol.0, text)
    }

    /// Bytes of all strings together.
    #[inline]
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// About how many bytes the strings take, index included.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + self.ends.len() * PER_STRING
    }

    /// The strings in use, in the same order, and at each old number the new one.
    pub(crate) fn kept(&self, used: &[bool]) -> (Self, Vec<Symbol>) {
        let in_use = || (0..).map(Symbol).zip(used).filter(|(_, used)| **used).map(|(s, _)| s);
        let mut kept = Self {
            text: String::with_capacity(in_use().map(|s| self.resolve(s).len()).sum()),
            ends: Vec::with_capacity(in_use().count()),
            index: HashTable::with_capacity(in_use().count()),
            recent: 0,
        };
        let mut numbers = vec![Symbol(u32::MAX); used.len()];
        for symbol in in_use() {
            numbers[symbol.index()] = kept.intern(self.resolve(symbol));
        }
        (kept, numbers)
    }

    /// Forgets all strings beyond the first `len`. O(what is forgotten).
    pub(crate) fn truncate(&mut self, len: usize) {
        let Self { text, ends, index, recent } = self;
        for number in len..ends.len() {
            let code = hash(slice(text, ends, number as u32));
            if let Ok(known) = index.find_entry(code, |&n| n as usize == number) {
                known.remove();
            }
        }
        ends.truncate(len);
        text.truncate(ends.last().map_or(0, |&end| end as usize));
        *recent = 0;
    }

    /// How many distinct strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_has_one_number_in_order_of_appearance() {
        let mut names = Interner::default();
        let numbers: Vec<u32> =
            ["core0", "", "core1", "core0", ""].iter().map(|n| names.intern(n).0).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(names.resolve(Symbol(2)), "core1");
        assert_eq!(names.get("core1"), Some(Symbol(2)));
        assert_eq!(names.get("core2"), None);
    }
}
