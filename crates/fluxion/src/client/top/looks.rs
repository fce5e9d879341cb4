//! How the page is looked at: which pane is in the focus, how far each is scrolled, what lies over it; and what keys do to
//! that. Knows nothing of terminals.

use super::keys::Wish;
use super::model::Model;
use super::panes::PANES;
use super::sharing::shares;

/// What lies over the panes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    Nothing,
    Help,
    /// The names of the graphs, once they are known, and which is chosen.
    Graphs {
        names: Option<Vec<String>>,
        chosen: usize,
    },
}

/// For whom the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// For somebody who can press keys.
    Live,
    Once,
}

/// What has to be done beyond a new look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    Quit,
    /// The names of the graphs are wanted.
    ListGraphs,
    /// This graph is to be shown.
    Show(String),
    /// What is shown is to stay as it is, or to go on.
    Pause,
}

/// See the module documentation.
#[derive(Clone, Debug)]
pub(super) struct Looks {
    pub(super) manner: Manner,
    pub(super) focus: usize,
    offsets: [usize; PANES.len()],
    pub(super) overlay: Overlay,
}

impl Looks {
    pub(super) fn new(manner: Manner) -> Self {
        Self { manner, focus: 0, offsets: [0; PANES.len()], overlay: Overlay::Nothing }
    }

    /// How many of some lines each pane gets.
    pub(super) fn shares(&self, model: &Model, lines: usize) -> Vec<usize> {
        let wanted = PANES.map(|pane| pane.lines(model));
        shares(lines, &wanted, self.focus)
    }

    /// The first row that is shown of a pane, if so many are; what has become shorter is not shown beyond its end.
    pub(super) fn offset(&self, pane: usize, rows: usize, shown: usize) -> usize {
        self.offsets[pane].min(rows.saturating_sub(shown))
    }

    /// The names of the graphs, for the list that waits for them.
    pub(super) fn offer(&mut self, graphs: Vec<String>, present: &str) {
        if let Overlay::Graphs { names: names @ None, chosen } = &mut self.overlay {
            *chosen = graphs.iter().position(|name| name == present).unwrap_or_default();
            *names = Some(graphs);
        }
    }

    /// What comes of a wish, where the panes have so many lines together.
    pub(super) fn act(&mut self, wish: Wish, model: &Model, lines: usize) -> Effect {
        match (wish, &mut self.overlay) {
            (Wish::Quit, _) | (Wish::Back, Overlay::Nothing) => return Effect::Quit,
            (Wish::Pause, _) => return Effect::Pause,
            (Wish::Back, _) | (Wish::Help, Overlay::Help) => self.overlay = Overlay::Nothing,
            (Wish::Help, _) => self.overlay = Overlay::Help,
            (_, Overlay::Graphs { names: Some(names), chosen }) => {
                let effect = choose(wish, names, chosen);
                if let Effect::Show(_) = effect {
                    self.overlay = Overlay::Nothing;
                }
                return effect;
            }
            (Wish::Graphs, Overlay::Nothing | Overlay::Help) => {
                self.overlay = Overlay::Graphs { names: None, chosen: 0 };
                return Effect::ListGraphs;
            }
            (_, Overlay::Nothing) => self.wander(wish, model, lines),
            (_, Overlay::Help | Overlay::Graphs { .. }) => {}
        }
        Effect::Nothing
    }

    /// Goes round to the next pane that is to be seen.
    fn step(&mut self, by: usize, model: &Model) {
        for _ in 0..PANES.len() {
            self.focus = (self.focus + by) % PANES.len();
            if PANES[self.focus].lines(model) > 0 {
                return;
            }
        }
    }

    fn wander(&mut self, wish: Wish, model: &Model, lines: usize) {
        let shown = self.shares(model, lines)[self.focus].saturating_sub(2);
        let rows = PANES[self.focus].rows(model);
        let last = rows.saturating_sub(shown);
        let page = shown.saturating_sub(1).max(1);
        let offset = self.offset(self.focus, rows, shown);
        let moved = match wish {
            Wish::NextPane => {
                self.step(1, model);
                return;
            }
            Wish::PreviousPane => {
                self.step(PANES.len() - 1, model);
                return;
            }
            Wish::Up => offset.saturating_sub(1),
            Wish::Down => offset + 1,
            Wish::PageUp => offset.saturating_sub(page),
            Wish::PageDown => offset + page,
            Wish::First => 0,
            Wish::Last => last,
            _ => offset,
        };
        self.offsets[self.focus] = moved.min(last);
    }
}

/// What a wish does in a list of names.
fn choose(wish: Wish, names: &[String], chosen: &mut usize) -> Effect {
    let last = names.len().saturating_sub(1);
    *chosen = match wish {
        Wish::Up | Wish::PreviousPane => chosen.saturating_sub(1),
        Wish::Down => (*chosen + 1).min(last),
        Wish::Graphs | Wish::NextPane => (*chosen + 1) % names.len().max(1),
        Wish::First | Wish::PageUp => 0,
        Wish::Last | Wish::PageDown => last,
        _ => *chosen,
    };
    match (wish, names.get(*chosen)) {
        (Wish::Choose, Some(name)) => Effect::Show(name.clone()),
        _ => Effect::Nothing,
    }
}
