//! From text to host names: splits the list, and counts what its names take.

use super::dialect::Dialect;
use super::error::{HostlistError, Problem};
use super::name::Name;

/// What the names of one list may take, counting each name's own `String`.
const MAX_BYTES: usize = 56 << 20;

/// Reads one hostlist of an R file.
///
/// # Errors
/// See [`Problem`].
pub fn parse(text: &str) -> Result<Vec<String>, HostlistError> {
    let mut list = Hostlist::new(Dialect::Nodelist);
    list.append(text)?;
    Ok(list.into_names())
}

/// A concatenation of hostlists, limited as a whole to 56 MiB of names.
#[derive(Clone, Debug)]
pub struct Hostlist {
    dialect: Dialect,
    names: Vec<String>,
    /// Bytes that names may take in all.
    limit: usize,
    /// Bytes that names may yet take.
    left: usize,
}

impl Hostlist {
    /// The empty list.
    pub const fn new(dialect: Dialect) -> Self {
        Self::within(dialect, MAX_BYTES)
    }

    /// The empty list, whose names may take no more than `limit` bytes (and never more than 56 MiB).
    pub const fn within(dialect: Dialect, limit: usize) -> Self {
        let limit = if limit < MAX_BYTES { limit } else { MAX_BYTES };
        Self { dialect, names: Vec::new(), limit, left: limit }
    }

    /// Adds the hosts of one text. On error those before the offending piece have been added.
    ///
    /// # Errors
    /// See [`Problem`].
    pub fn append(&mut self, text: &str) -> Result<(), HostlistError> {
        let mut rest = 0;
        while let Some((token, position)) = next_token(text, &mut rest)? {
            let name = Name::read(token, position, self.dialect)?;
            let left = self.left.checked_sub(name.cost());
            self.left = left.ok_or_else(|| HostlistError::new(Problem::Total, token, position))?;
            name.check_length().map_err(|problem| HostlistError::new(problem, token, position))?;
            name.expand(&mut self.names);
        }
        Ok(())
    }

    /// The hosts, in order, with repeats.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many bytes of memory the names take, about.
    pub const fn taken(&self) -> usize {
        self.limit - self.left
    }

    /// The hosts, in order, with repeats.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// The piece of text up to the next separator outside brackets; advances `rest` past it.
pub(super) fn next_token<'t>(
    text: &'t str,
    rest: &mut usize,
) -> Result<Option<(&'t str, usize)>, HostlistError> {
    let is_separator = |b: u8| b == b',' || b.is_ascii_whitespace();
    let bytes = text.as_bytes();
    while bytes.get(*rest).is_some_and(|&b| is_separator(b)) {
        *rest += 1;
    }
    let start = *rest;
    let mut open = None;
    while let Some(&byte) = bytes.get(*rest) {
        match (byte, open) {
            (b'[', None) => open = Some(*rest),
            (b']', Some(_)) => open = None,
            (b'[' | b']', _) => return Err(brackets(text, *rest)),
            (_, None) if is_separator(byte) => break,
            _ => {}
        }
        *rest += 1;
    }
    match (open, text.get(start..*rest)) {
        (Some(open), _) => Err(brackets(text, open)),
        (None, None | Some("")) => Ok(None),
        (None, Some(token)) => Ok(Some((token, start))),
    }
}

fn brackets(text: &str, position: usize) -> HostlistError {
    let found = text.get(position..).unwrap_or_default();
    HostlistError::new(Problem::Brackets, found, position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{Constraint, Nodelist};

    fn names(text: &str, dialect: Dialect) -> Result<String, String> {
        let mut list = Hostlist::new(dialect);
        list.append(text).map_err(|error| error.to_string())?;
        Ok(list.names().join(" "))
    }

    fn check(text: &str, dialect: Dialect, expected: Result<&str, &str>) {
        let read = names(text, dialect);
        let shown = read.as_ref().map(String::as_str).map_err(String::as_str);
        assert_eq!(shown, expected, "{text:?} as {dialect:?}");
    }

    #[test]
    fn both_dialects() {
        for (text, expected) in [
            ("", ""),
            (",", ""),
            ("foo1,,foo2", "foo1 foo2"),
            (" foo1\t foo2 ,", "foo1 foo2"),
            ("foo[0-1,3]", "foo0 foo1 foo3"),
            ("n5,n[5-6],n05,n4", "n5 n5 n6 n05 n4"),
            ("foo[00-03]", "foo00 foo01 foo02 foo03"),
            ("n[08-10]", "n08 n09 n10"),
            ("n[00-2]", "n00 n01 n02"),
            ("n[8-010]", "n8 n9 n10"),
            ("n[005,4,11-12]", "n005 n4 n11 n12"),
            ("n[3-3]", "n3"),
            ("n[1]-ib", "n1-ib"),
            ("[0-1]", "0 1"),
            ("n[18446744073709551615]", "n18446744073709551615"),
            ("größe[1-2]", "größe1 größe2"),
        ] {
            check(text, Nodelist, Ok(expected));
            check(text, Constraint, Ok(expected));
        }
    }

    #[test]
    fn several_brackets_in_one_name_all_expand() {
        for (text, expected) in [
            ("n[0-1]m[0-1]", "n0m0 n0m1 n1m0 n1m1"),
            ("a[1,3]b[08-09]-ib", "a1b08-ib a1b09-ib a3b08-ib a3b09-ib"),
            ("x[0-1][0-1]", "x00 x01 x10 x11"),
            ("n[0-1]m[2],k[5]", "n0m2 n1m2 k5"),
        ] {
            check(text, Nodelist, Ok(expected));
            check(text, Constraint, Ok(expected));
        }
        for dialect in [Nodelist, Constraint] {
            let nodes = names("x1000c[0-7]s[0-3]b[0-1]n[0-1]", dialect).unwrap();
            let nodes: Vec<&str> = nodes.split(' ').collect();
            let (first, last) = (nodes[1], nodes[127]);
            assert_eq!((nodes.len(), first, last), (128, "x1000c0s0b0n1", "x1000c7s3b1n1"));
        }
    }

    #[test]
    fn where_the_dialects_differ() {
        check("n[3-]", Nodelist, Ok("n3"));
        check(
            "n[3-]",
            Constraint,
            Err("expected `N` or `LOW-HIGH` in decimal digits at byte 2, found `3-`"),
        );
        check("[0-1]x", Nodelist, Ok("0x 1x"));
        check(
            "[0-1]x",
            Constraint,
            Err(
                "expected a prefix before brackets with text behind them at byte 0, found `[0-1]x`",
            ),
        );
        let digits = "n18446744073709551616";
        check(digits, Constraint, Ok(digits));
        check(
            digits,
            Nodelist,
            Err("expected a number below 2^64 at byte 0, found `n18446744073709551616`"),
        );
    }

    #[test]
    fn refused() {
        let brackets = "expected balanced brackets that are not nested";
        let range = "expected `N` or `LOW-HIGH` in decimal digits";
        for (text, expected, place) in [
            ("foo[2-", brackets, "3, found `[2-`"),
            ("a,foo]", brackets, "5, found `]`"),
            ("foo0-10]", brackets, "7, found `]`"),
            ("foo[[1]]", brackets, "4, found `[1]]`"),
            ("n[1-2]]", brackets, "6, found `]`"),
            ("foo[]", range, "4, found ``"),
            ("foo[1,]", range, "6, found ``"),
            ("foo[a-b]", range, "4, found `a-b`"),
            ("a,[foo1]", range, "3, found `foo1`"),
            ("n[-3]", range, "2, found `-3`"),
            ("n[1-2-3]", range, "2, found `1-2-3`"),
            ("n[3--4]", range, "2, found `3--4`"),
            ("n[ 3]", range, "2, found ` 3`"),
            ("n[+3]", range, "2, found `+3`"),
            ("foo[1,3-2]", "expected a range that does not descend", "6, found `3-2`"),
            ("n[0-1048576]", "expected at most 1048576 hosts in a range", "2, found `0-1048576`"),
            (
                "n[99999999999999999999]",
                "expected a number below 2^64",
                "2, found `99999999999999999999`",
            ),
        ] {
            let message = format!("{expected} at byte {place}");
            check(text, Nodelist, Err(&message));
            check(text, Constraint, Err(&message));
        }
    }

    #[test]
    fn limits() {
        let problem =
            |text: &str| Hostlist::new(Constraint).append(text).map_err(|error| error.problem);
        assert_eq!(problem("n[0-1048575]"), Ok(()));
        assert_eq!(problem("n[0-999999],m[0-999999]"), Err(Problem::Total));
        assert_eq!(problem("n[0-9999]x[0-9999]x[0-9999]x[0-9999]x[0-9999]"), Err(Problem::Total));
        assert_eq!(problem(&format!("n[{}0]", "0,".repeat(10_239))), Ok(()));
        assert_eq!(problem(&format!("n[{}0]", "0,".repeat(10_240))), Err(Problem::Ranges));
        assert_eq!(problem(&"n".repeat(270)), Ok(()));
        assert_eq!(problem(&"n".repeat(271)), Err(Problem::NameLength));
        assert_eq!(problem(&format!("n[{}]", "0".repeat(300))), Err(Problem::NameLength));
    }

    #[test]
    fn appending_concatenates_and_counts_what_is_there() {
        let mut list = Hostlist::new(Nodelist);
        list.append("n[1-2]").unwrap();
        list.append("n1").unwrap();
        assert_eq!(list.names(), ["n1", "n2", "n1"]);
        list.append("n[0-999999]").unwrap();
        assert_eq!(list.append("n[0-999999]").unwrap_err().problem, Problem::Total);
    }
}
