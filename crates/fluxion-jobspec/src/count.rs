//! How many units an element asks for, and how a count is chosen (`docs/semantics/jobspec.md`, Counts).

/// How the next admissible count follows from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `min`, `min + operand`, ...
    Add,
    /// `min`, `min · operand`, ...
    Multiply,
    /// `min`, `min^operand`, ...
    Power,
}

/// A moldable count. Invariant of parsed counts: `min ≤ max` and the operand moves the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count {
    /// The least count. 0 never matches.
    pub min: u32,
    /// The largest count.
    pub max: u32,
    /// How counts grow.
    pub operator: Operator,
    /// By how much.
    pub operand: u32,
}

impl Count {
    /// Exactly `n`.
    pub const fn exactly(n: u32) -> Self {
        Self { min: n, max: n, operator: Operator::Add, operand: 1 }
    }

    /// `n` or more.
    pub const fn at_least(n: u32) -> Self {
        Self { min: n, max: u32::MAX, operator: Operator::Add, operand: 1 }
    }

    /// The largest admissible count not above `available`; 0 if there is none. O(log max).
    pub fn take(&self, available: u64) -> u64 {
        let (min, max) = (u64::from(self.min), u64::from(self.max));
        if min == 0 || min > max || min > available {
            return 0;
        }
        let limit = max.min(available);
        match self.operator {
            Operator::Add => limit - (limit - min) % u64::from(self.operand.max(1)),
            Operator::Multiply => climb(min, limit, |n| n.checked_mul(u64::from(self.operand))),
            Operator::Power => climb(min, limit, |n| n.checked_pow(self.operand)),
        }
    }

    /// The largest count that could ever be taken: [`Count::take`] of 2^32 − 1.
    pub fn effective_max(&self) -> u64 {
        self.take(u64::from(u32::MAX))
    }
}

/// The last value of the sequence that does not exceed `limit`; stops where it no longer grows.
fn climb(start: u64, limit: u64, next: impl Fn(u64) -> Option<u64>) -> u64 {
    let mut value = start;
    while let Some(larger) = next(value).filter(|&n| n > value && n <= limit) {
        value = larger;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operator::{Add, Multiply, Power};

    fn check(min: u32, max: u32, operator: Operator, operand: u32, available: u64, taken: u64) {
        let count = Count { min, max, operator, operand };
        assert_eq!(count.take(available), taken, "{count:?} of {available}");
    }

    #[test]
    fn the_table_of_the_rules() {
        let open = u32::MAX;
        check(3, 3, Add, 1, 16, 3);
        check(3, open, Add, 1, 16, 16);
        check(1, 10, Add, 3, 16, 10);
        check(2, 10, Add, 3, 16, 8);
        check(1, 100, Add, 5, 16, 16);
        check(5, 7, Add, 9, 16, 5);
        check(1, 16, Add, i32::MAX as u32, 16, 1);
        check(1, 10, Multiply, 2, 16, 8);
        check(3, 100, Multiply, 2, 16, 12);
        check(3, 100, Multiply, 3, 16, 9);
        check(2, 100, Power, 2, 16, 16);
        check(2, 15, Power, 2, 16, 4);
        check(2, 100, Power, 3, 16, 8);
        check(3, 100, Power, 2, 16, 9);
        check(17, 20, Add, 1, 16, 0);
        check(1, 10, Add, 3, 5, 4);
        check(0, 0, Add, 1, 16, 0);
    }

    #[test]
    fn counts_that_would_wrap_stop_before() {
        check(1, u32::MAX, Multiply, 2, u64::from(u32::MAX), 1 << 31);
        check(2, 65536, Power, 2, u64::from(u32::MAX), 65536);
        check(4, 16, Multiply, 1 << 30, 16, 4);
        check(2, u32::MAX, Power, u32::MAX, u64::from(u32::MAX), 2);
        check(1, 16, Power, 2, 16, 1);
    }
}
