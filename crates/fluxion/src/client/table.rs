//! Tables whose columns line up; the heading is bold on a terminal.

use std::io::{self, IsTerminal as _};

/// Between two columns.
const GAP: &str = "  ";

/// How a column is aligned.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Left(&'static str),
    Right(&'static str),
}

impl Column {
    fn heading(self) -> &'static str {
        match self {
            Self::Left(heading) | Self::Right(heading) => heading,
        }
    }

    fn cell(self, text: &str, width: usize) -> String {
        match self {
            Self::Left(_) => format!("{text:<width$}"),
            Self::Right(_) => format!("{text:>width$}"),
        }
    }
}

/// A line for the headings and one for each row.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    let width = |at: usize, column: &Column| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([column.heading().len()]).max().unwrap_or_default()
    };
    let widths: Vec<_> = columns.iter().enumerate().map(|(at, c)| width(at, c)).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(columns).zip(&widths).map(|((text, c), &w)| c.cell(text, w));
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    let heading = strong(&line(&mut columns.iter().map(|column| column.heading())));
    let rows = rows.iter().map(|row| line(&mut row.iter().map(String::as_str)));
    [heading].into_iter().chain(rows).map(|line| line + "\n").collect()
}

/// Lines of a name and a value.
pub(super) fn pairs(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    pairs.iter().map(|(name, value)| format!("{name:<width$}{GAP}{value}\n")).collect()
}

fn strong(line: &str) -> String {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && io::stdout().is_terminal() {
        return format!("\x1b[1m{line}\x1b[0m");
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [["1", "allocated"], ["20", "ü"]].map(|row| row.map(str::to_owned).to_vec());
        let drawn = table(&[Column::Right("JOB"), Column::Left("STATE")], &rows);
        assert_eq!(drawn, "JOB  STATE\n  1  allocated\n 20  ü\n");
        assert_eq!(pairs(&[("a", "1".into()), ("long", "2".into())]), "a     1\nlong  2\n");
    }
}
