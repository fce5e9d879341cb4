//! Hostlist text (RFC 29, chapter 07 section 9.2). The order of the names is kept, and a name is one opaque
//! host whatever characters it has.

use super::json::push_integer;

/// Appends names in compressed form.
pub(super) fn push<'a>(names: impl Iterator<Item = &'a str>, out: &mut String) {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for name in names {
        let next = Run::of(name);
        match runs.last_mut() {
            Some(run) if run.is_continued_by(&next) => run.last = next.last,
            _ => runs.push(next),
        }
    }
    for (number, group) in runs.chunk_by(Run::shares_brackets_with).enumerate() {
        if number > 0 {
            out.push(',');
        }
        push_group(group, out);
    }
}

/// Names of one prefix with consecutive numbers, or a single name without a number.
struct Run<'a> {
    prefix: &'a str,
    /// The digits of the first name; empty for a single.
    digits: &'a str,
    first: u64,
    last: u64,
}

impl<'a> Run<'a> {
    fn of(name: &'a str) -> Self {
        let stem = name.trim_end_matches(|ch: char| ch.is_ascii_digit());
        let digits = name.get(stem.len()..).unwrap_or_default();
        match digits.parse() {
            Ok(number) => Self { prefix: stem, digits, first: number, last: number },
            Err(_) => Self { prefix: name, digits: "", first: 0, last: 0 },
        }
    }

    fn shares_brackets_with(&self, next: &Self) -> bool {
        self.prefix == next.prefix && !self.digits.is_empty() && !next.digits.is_empty()
    }

    fn is_continued_by(&self, next: &Self) -> bool {
        self.shares_brackets_with(next)
            && self.last.checked_add(1) == Some(next.first)
            && (self.is_spelt_alike(next, self.last) || self.is_spelt_alike(next, next.first))
    }

    /// Whether a number has as many digits when padded to either width.
    fn is_spelt_alike(&self, next: &Self, number: u64) -> bool {
        let digits = digit_count(number);
        digits.max(self.digits.len()) == digits.max(next.digits.len())
    }

    fn push(&self, out: &mut String) {
        out.push_str(self.digits);
        if self.last > self.first {
            out.push('-');
            for _ in digit_count(self.last)..self.digits.len() {
                out.push('0');
            }
            push_integer(self.last, out);
        }
    }
}

fn digit_count(number: u64) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

fn push_group(group: &[Run<'_>], out: &mut String) {
    let Some(head) = group.first() else { return };
    out.push_str(head.prefix);
    if group.len() == 1 && head.first == head.last {
        out.push_str(head.digits);
        return;
    }
    for (number, run) in group.iter().enumerate() {
        out.push(if number == 0 { '[' } else { ',' });
        run.push(out);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode(names: &[impl AsRef<str>]) -> String {
        let mut out = String::new();
        push(names.iter().map(AsRef::as_ref), &mut out);
        out
    }

    #[test]
    fn runs_and_brackets() {
        for (names, expected) in [
            ("", ""),
            ("n0 n1 n2", "n[0-2]"),
            ("n2 n1 n0", "n[2,1,0]"),
            ("n5 n3 n4", "n[5,3-4]"),
            ("alpha0 alpha1 alpha2 beta7 gamma", "alpha[0-2],beta7,gamma"),
            ("n1 m1 n2", "n1,m1,n2"),
            ("n1 n2 foo n3 n5", "n[1-2],foo,n[3,5]"),
            ("n1 n1", "n[1,1]"),
            ("a a", "a,a"),
            ("n01 n1", "n[01,1]"),
            ("7 8", "[7-8]"),
            ("7", "7"),
            ("n n1", "n,n1"),
            ("n33554431 n33554432", "n[33554431-33554432]"),
            ("n6204000000 n6204000001", "n[6204000000-6204000001]"),
            ("n1-ib n2-ib n1.a", "n1-ib,n2-ib,n1.a"),
            ("n1a2 n1a3", "n1a[2-3]"),
            ("n9 n10", "n[9-10]"),
            ("n09 n10", "n[09-10]"),
            ("n099 n100", "n[099-100]"),
            ("n9 n010", "n[9,010]"),
            ("n08 n9", "n[08,9]"),
            ("n007 n008 n009", "n[007-009]"),
            ("x,y1 x,y2", "x,y[1-2]"),
            ("n1[0-2]", "n1[0-2]"),
            (
                "n18446744073709551615 n18446744073709551616",
                "n18446744073709551615,n18446744073709551616",
            ),
        ] {
            let names: Vec<&str> = names.split_whitespace().collect();
            assert_eq!(encode(&names), expected, "{names:?}");
        }
    }

    /// Expands text whose prefixes are letters only.
    fn expand(text: &str) -> Vec<String> {
        let mut names = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = rest.find(['[', ',']).unwrap_or(rest.len());
            let (head, tail) = rest.split_at(at);
            rest = match tail.strip_prefix('[').and_then(|tail| tail.split_once(']')) {
                Some((runs, tail)) => {
                    names.extend(runs.split(',').flat_map(|run| expand_run(head, run)));
                    tail
                }
                None => {
                    names.push(head.to_owned());
                    tail
                }
            };
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        names
    }

    fn expand_run(prefix: &str, run: &str) -> Vec<String> {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        let (low, high): (u64, u64) = (first.parse().unwrap(), last.parse().unwrap());
        (low..=high).map(|n| format!("{prefix}{n:0width$}", width = first.len())).collect()
    }

    proptest! {
        #[test]
        fn no_name_is_lost_or_moved(names in prop::collection::vec("[ab]{1,2}0{0,2}([89]|1[0-2])?", 0..12)) {
            prop_assert_eq!(expand(&encode(&names)), names);
        }
    }
}
