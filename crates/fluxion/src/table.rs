//! Tables whose columns line up, with colours on a terminal.

use fluxion_server::legible;

use crate::colour::Colour;

/// Between two columns.
const GAP: &str = "  ";

/// How a column is aligned.
#[derive(Clone, Copy)]
pub(crate) enum Column {
    Left(&'static str),
    Right(&'static str),
}

impl Column {
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Left(heading) | Self::Right(heading) => heading,
        }
    }
}

/// What a text says about a resource or a job, which a terminal shows by its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
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
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl<T: ToString> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(&text.to_string(), Tone::Plain)
    }
}

impl Cell {
    /// Control characters, say in the key of a job, would do something to the terminal or to the lines.
    pub(crate) fn toned(text: &str, tone: Tone) -> Self {
        Self { text: legible(text).into_owned(), tone }
    }

    /// What stands there.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How it is meant.
    pub(crate) fn tone(&self) -> Tone {
        self.tone
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn painted(&self, colour: Colour) -> String {
        match self.tone {
            Tone::Plain => self.text.clone(),
            Tone::Heading => colour.strong(&self.text),
            Tone::Good => colour.good(&self.text),
            Tone::Waiting => colour.waiting(&self.text),
            Tone::Bad => colour.bad(&self.text),
            Tone::Past => colour.faint(&self.text),
        }
    }

    fn padded(&self, column: Column, width: usize, colour: Colour) -> String {
        let (text, space) = (self.painted(colour), " ".repeat(width.saturating_sub(self.width())));
        match column {
            Column::Left(_) => text + &space,
            Column::Right(_) => space + &text,
        }
    }
}

/// A line for the headings and one for each row.
pub(crate) fn table(columns: &[Column], rows: &[Vec<Cell>]) -> String {
    draw(columns, rows, Colour::on_stdout())
}

fn draw(columns: &[Column], rows: &[Vec<Cell>], colour: Colour) -> String {
    let heading = |column: &Column| Cell::toned(column.heading(), Tone::Heading);
    let headings: Vec<_> = columns.iter().map(heading).collect();
    let all = || [&headings].into_iter().chain(rows);
    let width = |at: usize| all().filter_map(|row| row.get(at)).map(Cell::width).max();
    let widths: Vec<_> = (0..columns.len()).map(|at| width(at).unwrap_or_default()).collect();
    let line = |row: &Vec<Cell>| {
        let cells = row.iter().zip(columns).zip(&widths);
        let padded = cells.map(|((cell, &column), &width)| cell.padded(column, width, colour));
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned() + "\n"
    };
    all().map(line).collect()
}

/// Lines of a name and a value.
pub(crate) fn pairs<const N: usize>(pairs: [(&str, Cell); N]) -> String {
    let colour = Colour::on_stdout();
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(&str, Cell)| {
        let line = format!("{name:<width$}{GAP}{}", value.painted(colour));
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
        let drawn = draw(&COLUMNS, &rows(), Colour::Off);
        assert_eq!(drawn, " JOB  STATE      KEY\n   1  allocated  a\n2000  ü\n");
        let drawn = pairs([("a", 1.into()), ("long", "2".into()), ("none", "".into())]);
        assert_eq!(drawn, "a     1\nlong  2\nnone\n");
    }

    #[test]
    fn control_characters_are_not_printed() {
        let drawn = draw(&[Column::Left("KEY")], &[vec!["a\n\x1b[2Jb".into()]], Colour::Off);
        assert_eq!(drawn, "KEY\na\\n\\u{1b}[2Jb\n");
    }

    #[test]
    fn columns_line_up_in_colours() {
        let drawn = draw(&COLUMNS, &rows(), Colour::On);
        assert!(drawn.contains("\x1b[32mallocated\x1b[0m  a\n"), "{drawn:?}");
        let codes = ["\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m"];
        let black = codes.iter().fold(drawn, |text, code| text.replace(code, ""));
        let lines = |text: &str| {
            text.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>()
        };
        assert_eq!(lines(&black), draw(&COLUMNS, &rows(), Colour::Off));
    }
}
