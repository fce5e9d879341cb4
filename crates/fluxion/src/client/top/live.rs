//! The page on a terminal until somebody quits: what is told goes into the model, keys change the look, and now and then
//! what has changed is drawn.

use std::time::Duration;

use anyhow::Context as _;
use fluxion_client::v1::Server;
use ratatui::crossterm::event::Event;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::feed::{Feed, News};
use super::header::Pace;
use super::keys;
use super::looks::{Effect, Looks, Manner};
use super::model::Model;
use super::page::lines_of_panes;
use super::screen::{Screen, events};

/// See the module documentation.
pub(super) struct Live {
    server: Server,
    interval: Duration,
    begun: Instant,
    feed: Feed,
    model: Model,
    /// What is shown while it is paused.
    kept: Option<Box<Model>>,
    looks: Looks,
    screen: Screen,
}

/// Whether it goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    End,
}

impl Live {
    pub(super) fn new(server: Server, model: Model, interval: Duration, screen: Screen) -> Self {
        let feed = Feed::start(server.clone(), &model.graph, interval);
        let looks = Looks::new(Manner::Live);
        Self { server, interval, begun: Instant::now(), feed, model, kept: None, looks, screen }
    }

    /// Shows the page until somebody quits, or a signal comes.
    pub(super) async fn run(mut self) -> anyhow::Result<()> {
        let mut keys = events();
        let mut ends = Ends::new()?;
        let mut ticks = interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                news = self.feed.next() => self.hear(news?)?,
                event = keys.recv() => {
                    let Some(event) = event else { return Ok(()) };
                    if self.answer(&event)? == Next::End {
                        return Ok(());
                    }
                }
                _ = ticks.tick() => self.show()?,
                () = ends.come() => return Ok(()),
            }
        }
    }

    fn hear(&mut self, news: News) -> anyhow::Result<()> {
        match news {
            News::OfGraph(told) => {
                self.model.at = self.begun.elapsed();
                self.model.learn(told);
                Ok(())
            }
            News::Graphs(names) => {
                self.looks.offer(names, &self.model.graph);
                self.show()
            }
        }
    }

    /// Does what a key wants, and shows it at once.
    fn answer(&mut self, event: &Event) -> anyhow::Result<Next> {
        if let Event::Key(key) = event
            && let Some(wish) = keys::wish(*key)
        {
            let lines = lines_of_panes(self.screen.size()?.height, Manner::Live);
            let shown = self.kept.as_deref().unwrap_or(&self.model);
            match self.looks.act(wish, shown, lines) {
                Effect::Nothing => {}
                Effect::Quit => return Ok(Next::End),
                Effect::ListGraphs => self.feed.list_graphs(),
                Effect::Show(graph) => self.turn_to(&graph),
                Effect::Pause => {
                    self.kept = match self.kept {
                        Some(_) => None,
                        None => Some(Box::new(self.model.clone())),
                    }
                }
            }
        }
        self.show().map(|()| Next::GoOn)
    }

    fn turn_to(&mut self, graph: &str) {
        self.feed = Feed::start(self.server.clone(), graph, self.interval);
        self.model = Model::new(&self.model.server, graph);
        self.kept = None;
        self.looks = Looks::new(Manner::Live);
    }

    fn show(&mut self) -> anyhow::Result<()> {
        self.model.tick(self.begun.elapsed());
        let (shown, pace) = match &self.kept {
            Some(kept) => (kept.as_ref(), Pace::Paused),
            None => (&self.model, Pace::Running),
        };
        self.screen.show(shown, &self.looks, pace).context("cannot write to the terminal")
    }
}

/// The signals that end it: the terminal is given back first.
struct Ends {
    signals: [Signal; 3],
}

impl Ends {
    fn new() -> anyhow::Result<Self> {
        let of = |kind| signal(kind).context("cannot wait for signals");
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hangup] = kinds.map(of);
        Ok(Self { signals: [interrupt?, terminate?, hangup?] })
    }

    async fn come(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
