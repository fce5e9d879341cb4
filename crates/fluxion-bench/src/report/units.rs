//! Figures with units, three digits of them.

use super::Column;

#[derive(Clone, Copy)]
enum Unit {
    Number,
    Seconds,
    Bytes,
    BytesPerSecond,
}

impl Column {
    const fn unit(self) -> Unit {
        match self {
            Self::Calls
            | Self::Errors
            | Self::Vertices
            | Self::PerSecond
            | Self::Allocations
            | Self::Visits => Unit::Number,
            Self::Seconds
            | Self::Median
            | Self::Percentile99
            | Self::Percentile999
            | Self::Most => Unit::Seconds,
            Self::Bytes | Self::BytesPerVertex | Self::Resident | Self::Peak => Unit::Bytes,
            Self::BytesPerSecond => Unit::BytesPerSecond,
        }
    }

    pub(super) const fn heading(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Errors => "errors",
            Self::Vertices => "vertices",
            Self::Seconds => "time",
            Self::PerSecond => "per second",
            Self::Median => "p50",
            Self::Percentile99 => "p99",
            Self::Percentile999 => "p99.9",
            Self::Most => "max",
            Self::Allocations => "allocations",
            Self::Visits => "visits",
            Self::Bytes => "size",
            Self::BytesPerSecond => "text per second",
            Self::BytesPerVertex => "per vertex",
            Self::Resident => "memory",
            Self::Peak => "peak memory",
        }
    }
}

/// A figure as people read it.
pub(super) fn written(column: Column, figure: f64) -> String {
    match column.unit() {
        Unit::Number => number(figure),
        Unit::Seconds => scaled(figure, &[(1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")]),
        Unit::Bytes => bytes(figure),
        Unit::BytesPerSecond => format!("{}/s", bytes(figure)),
    }
}

fn bytes(figure: f64) -> String {
    scaled(figure, &[(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")])
}

/// In the largest unit of which there is one.
fn scaled(figure: f64, units: &[(f64, &str)]) -> String {
    let fits = units.iter().find(|(size, _)| figure.abs() >= *size).or(units.last());
    let (size, name) = fits.copied().unwrap_or((1.0, ""));
    format!("{} {name}", number(figure / size))
}

/// Three digits, or all of those before the point, in groups of three.
fn number(figure: f64) -> String {
    let digits = match figure.abs() {
        size if size >= 100.0 || figure.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{figure:.digits$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(column: Column, figure: f64, expected: &str) {
        assert_eq!(written(column, figure), expected);
    }

    #[test]
    fn figures() {
        check(Column::Calls, 4096.0, "4,096");
        check(Column::PerSecond, 1_234_567.8, "1,234,568");
        check(Column::PerSecond, 0.4, "0.40");
        check(Column::Median, 0.000_081, "81.0 us");
        check(Column::Median, 0.0, "0 ns");
        check(Column::Most, 68.25, "68.2 s");
        check(Column::Bytes, 1_500_000.0, "1.50 MB");
        check(Column::Bytes, 12.0, "12 B");
        check(Column::BytesPerSecond, 7e6, "7 MB/s");
    }
}
