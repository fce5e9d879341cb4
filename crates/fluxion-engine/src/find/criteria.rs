//! Parsing and checking an expression. The whole of it is checked before any vertex is looked at.

use fluxion_sets::hostlist::{Dialect, Hostlist};

use super::jobid;
use crate::operation::JobId;

/// The deepest nesting of parentheses.
const MOST_PARENTHESES: usize = 200;

/// The most bytes that the names in an expression may take: some 250,000 names.
const MOST_BYTES_OF_NAMES: usize = 12 << 20;

/// The expression breaks the grammar, or a key or value is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid criteria: {0}.")]
pub struct InvalidCriteria(pub String);

/// One test of a vertex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Predicate {
    Down(bool),
    Allocated(bool),
    Reserved(bool),
    JobAlloc(JobId),
    JobReserved(JobId),
    JobSpan(JobId),
    JobTag(JobId),
    /// Sorted, each once.
    Names(Vec<String>),
    Property(String),
    Constant(bool),
}

/// How a term is joined to those on its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    And,
    Or,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Test(Predicate),
    Group(Expression),
}

/// Terms, evaluated from left to right; the first is joined by `or` to what is false. Flat, as a line can hold any
/// number of them; only parentheses nest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) terms: Vec<(Joint, Term)>,
}

/// A checked expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criteria {
    pub(super) expression: Expression,
    /// Whether aggregate figures are wanted: what the last `agfilter=` says.
    pub(super) aggregates: bool,
    /// The job that the figures are about: of the last predicate on a job.
    pub(super) job: Option<JobId>,
    tests: usize,
}

impl Criteria {
    /// How many tests of a vertex the expression consists of, groups included: a find costs so much for each vertex.
    pub fn tests(&self) -> usize {
        self.tests
    }
}

impl std::str::FromStr for Criteria {
    type Err = InvalidCriteria;

    fn from_str(text: &str) -> Result<Self, InvalidCriteria> {
        let mut parser = Parser {
            rest: text,
            depth: 0,
            bytes_left: MOST_BYTES_OF_NAMES,
            aggregates: false,
            job: None,
            tests: 0,
        };
        let parsed = parser.expression().filter(|_| parser.rest.is_empty());
        let expression = parsed.ok_or_else(|| InvalidCriteria(text.to_owned()))?;
        let Parser { aggregates, job, tests, .. } = parser;
        Ok(Self { expression, aggregates, job, tests })
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    /// Bytes that names may yet take.
    bytes_left: usize,
    aggregates: bool,
    job: Option<JobId>,
    tests: usize,
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

impl<'a> Parser<'a> {
    fn blanks(&mut self) -> bool {
        let trimmed = self.rest.trim_start_matches(is_blank);
        let any = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        any
    }

    /// All of `rest`: terms, joined by `and`, `or` or nothing.
    fn expression(&mut self) -> Option<Expression> {
        self.blanks();
        let mut terms = vec![(Joint::Or, self.term()?)];
        loop {
            let blank = self.blanks();
            if self.rest.is_empty() {
                return Some(Expression { terms });
            }
            if !blank {
                return None;
            }
            let or = self.word("or");
            if (or || self.word("and")) && !self.blanks() {
                return None;
            }
            terms.push((if or { Joint::Or } else { Joint::And }, self.term()?));
        }
    }

    /// Takes a whole word.
    fn word(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(after) if after.is_empty() || after.starts_with(is_blank) => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    fn term(&mut self) -> Option<Term> {
        if self.rest.starts_with('(') {
            return self.group().map(|group| self.unwrapped(group));
        }
        let end = self.rest.find(is_blank).unwrap_or(self.rest.len());
        let (leaf, rest) = self.rest.split_at(end);
        self.rest = rest;
        let (key, value) = leaf.split_once('=')?;
        self.tests += 1;
        self.predicate(key, value).map(Term::Test)
    }

    /// Parentheses around one term say nothing.
    fn unwrapped(&mut self, mut group: Expression) -> Term {
        match (group.terms.pop(), group.terms.is_empty()) {
            (Some((_, term)), true) => term,
            (last, _) => {
                group.terms.extend(last);
                self.tests += 1;
                Term::Group(group)
            }
        }
    }

    fn group(&mut self) -> Option<Expression> {
        if self.depth == MOST_PARENTHESES {
            return None;
        }
        let mut open = 0usize;
        let close = self.rest.char_indices().find(|&(_, c)| {
            open = match c {
                '(' => open + 1,
                ')' => open - 1,
                _ => open,
            };
            open == 0
        })?;
        let (inside, after) = (&self.rest[1..close.0], &self.rest[close.0 + 1..]);
        let outer = std::mem::replace(&mut self.rest, inside);
        debug_assert!(outer.ends_with(after));
        self.depth += 1;
        let expression = self.expression();
        self.depth -= 1;
        self.rest = after;
        expression
    }

    fn predicate(&mut self, key: &str, value: &'a str) -> Option<Predicate> {
        let lower = value.to_lowercase();
        let one_of = |yes: &str, no: &str| match lower.as_str() {
            word if word == yes => Some(true),
            word if word == no => Some(false),
            _ => None,
        };
        Some(match key {
            "status" => Predicate::Down(one_of("down", "up")?),
            "sched-now" => Predicate::Allocated(one_of("allocated", "free")?),
            "sched-future" => Predicate::Reserved(one_of("reserved", "free")?),
            "agfilter" => {
                self.aggregates = one_of("true", "false").or_else(|| one_of("t", "f"))?;
                Predicate::Constant(self.aggregates)
            }
            "jobid-alloc" => Predicate::JobAlloc(self.job(value)?),
            "jobid-reserved" => Predicate::JobReserved(self.job(value)?),
            "jobid-span" => Predicate::JobSpan(self.job(value)?),
            "jobid-tag" => Predicate::JobTag(self.job(value)?),
            "names" => Predicate::Names(self.names(&lower)?),
            "property" if !value.is_empty() => Predicate::Property(lower),
            _ => return None,
        })
    }

    fn names(&mut self, text: &str) -> Option<Vec<String>> {
        let mut list = Hostlist::within(Dialect::Nodelist, self.bytes_left);
        list.append(text).ok()?;
        self.bytes_left = self.bytes_left.saturating_sub(list.taken());
        let mut names = list.into_names();
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    fn job(&mut self, text: &str) -> Option<JobId> {
        self.job = Some(JobId(jobid::parse(text)?));
        self.job
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Add as _;

    use super::*;

    fn written(expression: &Expression) -> String {
        let term = |term: &Term| match term {
            Term::Test(Predicate::Property(name)) => name.clone(),
            Term::Test(other) => format!("{other:?}"),
            Term::Group(group) => written(group),
        };
        let mut terms = expression.terms.iter();
        let first = terms.next().map(|(_, first)| term(first)).unwrap_or_default();
        terms.fold(first, |left, (joint, right)| match joint {
            Joint::And => format!("({left} and {})", term(right)),
            Joint::Or => format!("({left} or {})", term(right)),
        })
    }

    fn check(text: &str, expected: &str) {
        let parsed = text.parse::<Criteria>();
        assert_eq!(
            parsed.map_or_else(|_| "error".into(), |c| written(&c.expression)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn terms_are_joined_from_left_to_right() {
        check("property=a", "a");
        check("property=a or property=b and property=c", "((a or b) and c)");
        check("property=a property=b", "(a and b)");
        check("property=a or (property=b and property=c)", "(a or (b and c))");
        check(" ( property=a ) ", "a");
        check("(property=a) (property=b)", "(a and b)");
        check("property=A=B", "a=b");
    }

    #[test]
    fn what_is_not_an_expression() {
        for text in [
            "",
            "()",
            "and",
            "property=a and",
            "or property=a",
            "(property=a",
            "property=a)x y",
            "property=",
            "(status=down)and status=up",
            "status=down or(status=up)",
            "status=broken",
            "bogus=1",
            "status",
            "property=a AND property=b",
            "jobid-alloc=-1",
            "names=[",
            "jobid-tag=",
        ] {
            check(text, "error");
        }
    }

    #[test]
    fn deep_parentheses_are_refused_not_followed() {
        let text = format!("{}status=up{}", "(".repeat(100_000), ")".repeat(100_000));
        check(&text, "error");
    }

    #[test]
    fn any_number_of_terms_is_read_without_nesting() {
        let criteria: Criteria = "status=up or ".repeat(100_000).add("status=up").parse().unwrap();
        assert_eq!(criteria.expression.terms.len(), 100_001);
    }

    #[test]
    fn the_last_predicates_decide_about_figures() {
        let criteria: Criteria =
            "agfilter=f jobid-tag=1 (jobid-span=2 agfilter=T)".parse().unwrap();
        assert_eq!((criteria.aggregates, criteria.job), (true, Some(JobId(2))));
    }
}
