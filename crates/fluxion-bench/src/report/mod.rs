//! What a bench found: rows of figures, and their printing.

mod table;
mod units;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a figure tells. The order is that of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// How many calls were made.
    Calls,
    /// Calls that failed though they should not.
    Errors,
    /// Vertices of the graph.
    Vertices,
    /// Wall clock, seconds.
    Seconds,
    /// Calls in a second.
    PerSecond,
    /// Latency of half of the calls, in seconds, at most.
    Median,
    /// Latency of 99 of 100 calls, in seconds, at most.
    Percentile99,
    /// Latency of 999 of 1,000 calls, in seconds, at most.
    Percentile999,
    /// Longest latency, in seconds.
    Most,
    /// Allocations and reallocations per call.
    Allocations,
    /// How often a call asked whether a vertex may be used.
    Visits,
    /// Size of a text, in bytes.
    Bytes,
    /// Bytes of text in a second.
    BytesPerSecond,
    /// Resident memory that a vertex costs, in bytes.
    BytesPerVertex,
    /// Resident memory, in bytes.
    Resident,
    /// The most resident memory, in bytes.
    Peak,
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What was found.
    pub figures: BTreeMap<Column, f64>,
}

impl Row {
    /// A line without figures.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), figures: BTreeMap::new() }
    }

    /// One figure more.
    #[must_use]
    pub fn with(mut self, column: Column, figure: f64) -> Self {
        self.figures.insert(column, figure);
        self
    }

    /// One figure more, if it is known.
    #[must_use]
    pub fn with_size(self, column: Column, bytes: Option<u64>) -> Self {
        match bytes {
            Some(bytes) => self.with(column, bytes as f64),
            None => self,
        }
    }
}

/// What one bench found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its short name, say `B1`.
    pub bench: String,
    /// What it is about.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
}

impl Report {
    /// For machines, on one line.
    pub fn json(&self) -> String {
        // Plain data with textual keys: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn report() -> Report {
        let one = Row::new("first").with(Column::Calls, 4096.0).with(Column::PerSecond, 12_345.6);
        let one = one.with(Column::Median, 8.1e-5).with(Column::Allocations, 12.25);
        let two = Row::new("a long name").with(Column::Calls, 1.0).with(Column::Median, 1.25);
        let two = two.with_size(Column::Peak, Some(3 << 20)).with_size(Column::Resident, None);
        Report { bench: "B1".into(), title: "one core".into(), rows: vec![one, two] }
    }

    #[test]
    fn tables() {
        assert_snapshot!(report().text(), @r##"
        B1  one core
                       calls  per second      p50  allocations  peak memory
          first        4,096      12,346  81.0 us         12.2
          a long name      1               1.25 s                   3.15 MB
        "##);
        assert_snapshot!(report().markdown(), @r##"
        ### B1: one core

        |  | calls | per second | p50 | allocations | peak memory |
        |---|---:|---:|---:|---:|---:|
        | first | 4,096 | 12,346 | 81.0 us | 12.2 |  |
        | a long name | 1 |  | 1.25 s |  | 3.15 MB |
        "##);
    }

    #[test]
    fn json_can_be_read_again() {
        assert_snapshot!(report().json(), @r##"{"bench":"B1","title":"one core","rows":[{"what":"first","figures":{"calls":4096.0,"per_second":12345.6,"median":0.000081,"allocations":12.25}},{"what":"a long name","figures":{"calls":1.0,"median":1.25,"peak":3145728.0}}]}"##);
        assert_eq!(serde_json::from_str::<Report>(&report().json()).unwrap(), report());
    }
}
