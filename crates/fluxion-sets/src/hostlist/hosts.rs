//! Host names that are not spelt out: the text of their list, which is short where the names follow a pattern.

use super::dialect::Dialect;
use super::error::{HostlistError, Problem};
use super::name::Name;
use super::parse::next_token;

/// Names as a constraint gives them; those that are given twice count twice. Equal if their texts are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hosts {
    /// A list without faults.
    text: String,
}

impl Hosts {
    /// Adds the hosts of one text, whose names would take at most `left` bytes, each with its own `String`; what they
    /// would take.
    ///
    /// # Errors
    /// See [`Problem`]; nothing is added then.
    pub fn append(&mut self, text: &str, left: usize) -> Result<usize, HostlistError> {
        let (mut rest, mut taken) = (0, 0_usize);
        while let Some((token, position)) = next_token(text, &mut rest)? {
            let name = Name::read(token, position, Dialect::Constraint)?;
            taken = taken.saturating_add(name.cost());
            let problem =
                if taken > left { Some(Problem::Total) } else { name.check_length().err() };
            if let Some(problem) = problem {
                return Err(HostlistError::new(problem, token, position));
            }
        }
        if !self.text.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(text);
        Ok(taken)
    }

    /// Shows each name, in order, with repeats. O(names), and no more memory than a name takes.
    pub fn for_each(&self, mut visit: impl FnMut(&str)) {
        let (mut rest, mut name) = (0, String::new());
        while let Ok(Some((token, position))) = next_token(&self.text, &mut rest) {
            if let Ok(read) = Name::read(token, position, Dialect::Constraint) {
                read.for_each(&mut name, &mut visit);
            }
        }
    }
}

impl<'a> FromIterator<&'a str> for Hosts {
    /// Texts without faults.
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        Self { text: texts.join(",") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse::Hostlist;
    use super::*;

    fn names(hosts: &Hosts) -> Vec<String> {
        let mut names = Vec::new();
        hosts.for_each(|name| names.push(name.to_owned()));
        names
    }

    #[test]
    fn texts_are_put_together() {
        let mut hosts = Hosts::default();
        assert_eq!(names(&hosts), [""; 0]);
        let taken = hosts.append("n[2-3]x[08-09] b", usize::MAX).unwrap();
        let single = hosts.append("n2x08", usize::MAX).unwrap();
        assert_eq!(names(&hosts), ["n2x08", "n2x09", "n3x08", "n3x09", "b", "n2x08"]);
        assert!(single > 5 && taken > 4 * single);
    }

    #[test]
    fn what_is_refused_adds_nothing() {
        let mut hosts: Hosts = ["a", "b"].into_iter().collect();
        let problem = |text: &str, left| hosts.clone().append(text, left).map_err(|e| e.problem);
        let cost = problem("c", usize::MAX).unwrap();
        assert_eq!(problem("c,d", 2 * cost), Ok(2 * cost));
        assert_eq!(problem("c,d", 2 * cost - 1), Err(Problem::Total));
        assert_eq!(problem("[0-1]x", usize::MAX), Err(Problem::Prefix));
        assert_eq!(problem(&"n".repeat(271), usize::MAX), Err(Problem::NameLength));
        assert_eq!(hosts.append("c,foo]", usize::MAX).unwrap_err().problem, Problem::Brackets);
        assert_eq!(names(&hosts), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn they_are_those_of_the_list_that_is_spelt_out(
            texts in prop::collection::vec(r"([a-b]{0,2}(\[[0-9]{1,2}(-[1-9]{2})?(,0[0-9])?\])?[c, ]?){0,4}", 0..4),
            left in 0..3000_usize,
        ) {
            let (mut hosts, mut taken) = (Hosts::default(), 0);
            let mut list = Hostlist::within(Dialect::Constraint, left);
            for text in texts {
                match list.append(&text) {
                    Ok(()) => taken += hosts.append(&text, left - taken).unwrap(),
                    Err(error) => {
                        prop_assert_eq!(hosts.append(&text, left - taken), Err(error));
                        return Ok(());
                    }
                }
                prop_assert_eq!((names(&hosts), taken), (list.names().to_vec(), list.taken()));
            }
        }
    }
}
