//! `top`: a graph on the terminal, live, or once as text.
//!
//! It shows what a watch tells, and what it has to ask for beside it (`asking`). The model knows no terminal and the page no
//! server, so that both are tested without.
//!
//! | file | idea |
//! |---|---|
//! | `model`, `upcoming`, `rate` | what is known, and how that changes with what is told |
//! | `page`, `header`, `pane`, `panes/`, `grid`, `sharing`, `paint` | how it is drawn; a pane is a file in `panes/` |
//! | `keys`, `looks` | what keys mean, and what they do to the look of the page |
//! | `asking`, `feed` | what is asked of the server, and told by it |
//! | `screen`, `live`, `once` | the terminal, the loop, and the page as text |

mod asking;
mod feed;
mod grid;
mod header;
mod keys;
mod live;
mod looks;
mod model;
mod once;
mod page;
mod paint;
mod pane;
mod panes;
mod rate;
mod screen;
mod sharing;
#[cfg(test)]
mod tests;
mod upcoming;

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::Value;

use self::live::Live;
use self::model::Model;
use self::paint::Paint;
use self::screen::Screen;
use super::answer::Answer;
use super::options::{Common, Output};
use crate::colour::Colour;

/// How the graph is shown.
#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    /// Print the page once, as text, and end. So it is where standard output is no terminal, or one that cannot be redrawn
    /// (TERM=dumb), and with `--output json`.
    #[arg(long)]
    once: bool,

    /// Seconds between two redraws, of what has changed alone: 0.2 to 3600.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    interval: Duration,

    /// Whether to colour; `auto`: if the terminal has colours, and NO_COLOR is not set.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: When,
}

/// Whether to colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl When {
    fn colour(self) -> Colour {
        match self {
            Self::Auto => Colour::on_stdout(),
            Self::Always => Colour::On,
            Self::Never => Colour::Off,
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.2..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "expected 0.2 to 3600".to_owned())
}

pub(super) async fn top(common: &Common, own: &TopArgs) -> anyhow::Result<Answer> {
    let server = common.connection.connect().await?;
    let graph = server.graph(&common.graph);
    let mut model = Model::new(&common.connection.server, graph.name());
    if own.once || common.connection.output == Output::Json || !can_be_redrawn() {
        once::look(&graph, &mut model).await?;
        return Ok(Answer::new(once::text(&model), once::document(&model)));
    }
    // what is wrong at the start is told as by any other command
    graph.describe().await?;
    let screen = Screen::open(Paint(own.color.colour()));
    let screen = screen.context("cannot take the terminal over; --once prints the page")?;
    Live::new(server, model, own.interval, screen).run().await?;
    Ok(Answer::new(String::new(), Value::Null))
}

fn can_be_redrawn() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    io::stdout().is_terminal() && !is_dumb
}
