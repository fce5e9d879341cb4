//! From host names to text, order and repeats kept (`docs/semantics/formats.md`, Hostlists).

use std::fmt::Write as _;

/// Compresses names, each taken as one opaque host. O(total length).
pub fn encode<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut encoder = Encoder { text: String::new(), prefix: "", runs: Vec::new() };
    for name in names {
        encoder.add(name);
    }
    encoder.close_group();
    encoder.text
}

/// The decimal digits at the end of a name; empty if there is none.
pub(super) fn trailing_digits(name: &str) -> &str {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.get(stem.len()..).unwrap_or_default()
}

/// Consecutive numbers, printed padded to the width of the first.
struct Run {
    first: u64,
    last: u64,
    width: usize,
}

impl Run {
    /// Whether `number`, spelt with `width` digits, continues the run without changing how it is spelt.
    fn continues(&self, number: u64, width: usize) -> bool {
        let same = |n: u64| digits(n).max(self.width) == digits(n).max(width);
        self.last.checked_add(1) == Some(number) && (same(self.first) || same(number))
    }
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

struct Encoder<'n> {
    text: String,
    /// Of the open group.
    prefix: &'n str,
    /// The open group; none is open if empty.
    runs: Vec<Run>,
}

impl<'n> Encoder<'n> {
    fn add(&mut self, name: &'n str) {
        let number = trailing_digits(name);
        let prefix = name.get(..name.len() - number.len()).unwrap_or_default();
        // No digits, or too many for a number: a single.
        let Ok(value) = number.parse::<u64>() else {
            self.close_group();
            self.separate();
            self.text.push_str(name);
            return;
        };
        if prefix != self.prefix {
            self.close_group();
            self.prefix = prefix;
        }
        match self.runs.last_mut() {
            Some(run) if run.continues(value, number.len()) => run.last = value,
            _ => self.runs.push(Run { first: value, last: value, width: number.len() }),
        }
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            self.text.push(',');
        }
    }

    fn close_group(&mut self) {
        if self.runs.is_empty() {
            return;
        }
        self.separate();
        self.text.push_str(self.prefix);
        let lone = matches!(self.runs.as_slice(), [run] if run.first == run.last);
        let mut before = if lone { "" } else { "[" };
        for Run { first, last, width } in self.runs.drain(..) {
            // Writing to a String cannot fail.
            let _ = write!(self.text, "{before}{first:0width$}");
            if last > first {
                let _ = write!(self.text, "-{last:0width$}");
            }
            before = ",";
        }
        if !lone {
            self.text.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse;
    use super::*;

    fn check(names: &str, expected: &str) {
        assert_eq!(encode(names.split(' ')), expected, "{names}");
    }

    #[test]
    fn the_table_of_the_rules() {
        check("n0 n1 n2", "n[0-2]");
        check("n2 n1 n0", "n[2,1,0]");
        check("n5 n3 n4", "n[5,3-4]");
        check("alpha0 alpha1 alpha2 beta7 gamma", "alpha[0-2],beta7,gamma");
        check("n1 m1 n2", "n1,m1,n2");
        check("n1 n2 foo n3 n5", "n[1-2],foo,n[3,5]");
        check("n1 n1", "n[1,1]");
        check("a a", "a,a");
        check("n01 n1", "n[01,1]");
        check("7 8", "[7-8]");
        check("7", "7");
        check("n33554431 n33554432", "n[33554431-33554432]");
        check("n6204000000 n6204000001", "n[6204000000-6204000001]");
        assert_eq!(encode([]), "");
    }

    #[test]
    fn widths() {
        check("n9 n10", "n[9-10]");
        check("n09 n10", "n[09-10]");
        check("n099 n100", "n[099-100]");
        check("n9 n010", "n[9,010]");
        check("n08 n9", "n[08,9]");
        check("n0 n1", "n[0-1]");
    }

    #[test]
    fn opaque_names() {
        check("n1-ib n1.a n1a2", "n1-ib,n1.a,n1a2");
        check(
            "n18446744073709551616 n18446744073709551615",
            "n18446744073709551616,n18446744073709551615",
        );
        assert_eq!(encode(["x,y", "a b", "n1[0-2]"]), "x,y,a b,n1[0-2]");
    }

    proptest! {
        #[test]
        fn reading_gives_the_names_back(
            names in proptest::collection::vec("[a-c]{0,2}(0{0,2}[0-9]{1,2}|-x)", 0..30),
        ) {
            let text = encode(names.iter().map(String::as_str));
            prop_assert_eq!(parse(&text), Ok(names), "{}", text);
        }
    }
}
