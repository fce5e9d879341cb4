//! Why a recurrence cannot be used.

/// What is wrong with the texts of a recurrence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecurrenceError {
    /// The start is no local time, or too early or late.
    #[error("expected a local time between 1970 and 9000, as 2026-12-01T02:00:00, found `{0}`")]
    Start(String),
    /// No such time zone.
    #[error("unknown time zone `{0}`: expected a name as Europe/Berlin or UTC")]
    Zone(String),
    /// The duration is not positive, or longer than a year.
    #[error("expected a duration between 1 second and 366 days, found {0} seconds")]
    Duration(i64),
    /// The rule.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// A part is not `NAME=VALUE`.
    #[error("expected parts as FREQ=WEEKLY between semicolons, found `{0}`")]
    Part(String),
    /// A part stands twice.
    #[error("{0} stands twice")]
    Repeated(String),
    /// A part that is not understood.
    #[error(
        "{0} is not known here: expected FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS or WKST"
    )]
    Unknown(String),
    /// There is no frequency.
    #[error("expected FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")]
    NoFrequency,
    /// A value that a part cannot have.
    #[error("{name}: expected {expected}, found `{found}`")]
    Value {
        /// The part.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// Two parts that do not go together.
    #[error("{one} does not go with {other}")]
    Together {
        /// One.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
}
