//! Families and samples in the text format of Prometheus, version 0.0.4.

use std::fmt::{Display, Write as _};

use crate::legible::legible;
use crate::measures::histogram::Distribution;

/// What all our names begin with.
const PREFIX: &str = "fluxion_";

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Counts in buckets.
    Histogram,
}

/// The names and values of labels.
pub(crate) type Labels<'a> = &'a [(&'a str, &'a str)];

/// A text in the making.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    text: String,
    /// The family that is being written.
    family: String,
}

impl Exposition {
    /// All that was written.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Begins a family of ours.
    pub(crate) fn family(&mut self, name: &str, kind: Kind, help: &str) {
        self.foreign_family(&format!("{PREFIX}{name}"), kind, help);
    }

    /// Begins a family whose name others have chosen.
    pub(crate) fn foreign_family(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.family = name.to_owned();
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A family with a single sample.
    pub(crate) fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.sample(&[], value);
    }

    /// A sample of the family.
    pub(crate) fn sample(&mut self, labels: Labels<'_>, value: impl Display) {
        self.line("", labels, None, value);
    }

    /// The samples of a histogram of the family; none if nothing was counted.
    pub(crate) fn histogram(&mut self, labels: Labels<'_>, told: Option<Distribution>) {
        let Some(Distribution { buckets, count, sum }) = told else { return };
        for (bound, count) in buckets {
            self.line("_bucket", labels, Some(&bound.to_string()), count);
        }
        self.line("_bucket", labels, Some("+Inf"), count);
        self.line("_sum", labels, None, sum);
        self.line("_count", labels, None, count);
    }

    fn line(&mut self, suffix: &str, labels: Labels<'_>, le: Option<&str>, value: impl Display) {
        let Self { text, family } = self;
        text.push_str(family);
        text.push_str(suffix);
        let bound = le.map(|le| ("le", le));
        let mut before = '{';
        for (name, value) in labels.iter().copied().chain(bound) {
            let _ = write!(text, "{before}{name}=\"{}\"", escaped(value));
            before = ',';
        }
        if before == ',' {
            text.push('}');
        }
        let _ = writeln!(text, " {value}");
    }
}

/// A value of a label: legible, and what would end it is escaped.
fn escaped(value: &str) -> String {
    legible(value).replace('\\', r"\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_nothing_is_written_of_an_empty_histogram() {
        let mut text = Exposition::default();
        text.family("jobs", Kind::Gauge, "Jobs.");
        text.sample(&[("graph", "a\"b\\c\nd"), ("state", "allocated")], 3);
        text.family("seconds", Kind::Histogram, "Time.");
        text.histogram(&[], None);
        let told = Distribution { buckets: vec![(0.5, 1)], count: 2, sum: 1.25 };
        text.histogram(&[], Some(told));
        let expected = r#"# HELP fluxion_jobs Jobs.
# TYPE fluxion_jobs gauge
fluxion_jobs{graph="a\"b\\c\\nd",state="allocated"} 3
# HELP fluxion_seconds Time.
# TYPE fluxion_seconds histogram
fluxion_seconds_bucket{le="0.5"} 1
fluxion_seconds_bucket{le="+Inf"} 2
fluxion_seconds_sum 1.25
fluxion_seconds_count 2
"#;
        assert_eq!(text.into_text(), expected);
    }
}
