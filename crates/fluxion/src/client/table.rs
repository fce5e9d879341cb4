//! Tables whose columns line up, with colours on a terminal.

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
}

/// What a text says about a resource or a job, which a terminal shows by its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    Heading,
    Good,
    Waiting,
    Bad,
    Past,
}

/// What stands in a row and a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    text: String,
    tone: Tone,
}

impl<T: ToString> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.to_string(), tone: Tone::Plain }
    }
}

impl Cell {
    pub(super) fn toned(text: &str, tone: Tone) -> Self {
        Self { text: text.to_owned(), tone }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn padded(&self, column: Column, width: usize, ink: Ink) -> String {
        let (text, space) = (ink.paint(self), " ".repeat(width.saturating_sub(self.width())));
        match column {
            Column::Left(_) => text + &space,
            Column::Right(_) => space + &text,
        }
    }
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Black,
    Coloured,
}

impl Ink {
    /// Colours are for terminals that have some, and for people who did not say no (<https://no-color.org>).
    fn wanted() -> Self {
        let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
        let able = std::env::var_os("TERM").is_some_and(|terminal| terminal != "dumb");
        if able && unset("NO_COLOR") && io::stdout().is_terminal() {
            return Self::Coloured;
        }
        Self::Black
    }

    fn paint(self, cell: &Cell) -> String {
        let code = match cell.tone {
            _ if self == Self::Black || cell.text.is_empty() => return cell.text.clone(),
            Tone::Plain => return cell.text.clone(),
            Tone::Heading => 1,
            Tone::Good => 32,
            Tone::Waiting => 33,
            Tone::Bad => 31,
            Tone::Past => 2,
        };
        format!("\x1b[{code}m{}\x1b[0m", cell.text)
    }
}

/// A line for the headings and one for each row.
pub(super) fn table(columns: &[Column], rows: &[Vec<Cell>]) -> String {
    draw(columns, rows, Ink::wanted())
}

fn draw(columns: &[Column], rows: &[Vec<Cell>], ink: Ink) -> String {
    let heading = |column: &Column| Cell::toned(column.heading(), Tone::Heading);
    let headings: Vec<_> = columns.iter().map(heading).collect();
    let all = || [&headings].into_iter().chain(rows);
    let width = |at: usize| all().filter_map(|row| row.get(at)).map(Cell::width).max();
    let widths: Vec<_> = (0..columns.len()).map(|at| width(at).unwrap_or_default()).collect();
    let line = |row: &Vec<Cell>| {
        let cells = row.iter().zip(columns).zip(&widths);
        let padded = cells.map(|((cell, &column), &width)| cell.padded(column, width, ink));
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned() + "\n"
    };
    all().map(line).collect()
}

/// Lines of a name and a value.
pub(super) fn pairs<const N: usize>(pairs: [(&str, Cell); N]) -> String {
    let ink = Ink::wanted();
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(&str, Cell)| {
        let line = format!("{name:<width$}{GAP}{}", ink.paint(value));
        line.trim_end().to_owned() + "\n"
    };
    pairs.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [Column::Right("JOB"), Column::Left("STATE"), Column::Left("KEY")];

    fn rows() -> Vec<Vec<Cell>> {
        vec![
            vec![1.into(), Cell::toned("allocated", Tone::Good), "a".into()],
            vec![2000.into(), Cell::toned("ü", Tone::Bad), "".into()],
        ]
    }

    #[test]
    fn columns_line_up() {
        let drawn = draw(&COLUMNS, &rows(), Ink::Black);
        assert_eq!(drawn, " JOB  STATE      KEY\n   1  allocated  a\n2000  ü\n");
        let drawn = pairs([("a", 1.into()), ("long", "2".into()), ("none", "".into())]);
        assert_eq!(drawn, "a     1\nlong  2\nnone\n");
    }

    #[test]
    fn columns_line_up_in_colours() {
        let drawn = draw(&COLUMNS, &rows(), Ink::Coloured);
        assert!(drawn.contains("\x1b[32mallocated\x1b[0m  a\n"), "{drawn:?}");
        let codes = ["\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m"];
        let black = codes.iter().fold(drawn, |text, code| text.replace(code, ""));
        let lines = |text: &str| {
            text.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>()
        };
        assert_eq!(lines(&black), draw(&COLUMNS, &rows(), Ink::Black));
    }
}
