//! The page in several sizes, as a terminal without colours shows it.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::*;
use crate::client::top::header::Pace;
use crate::client::top::keys::Wish;
use crate::client::top::looks::{Looks, Manner};
use crate::client::top::page::{Page, text};
use crate::client::top::paint::Paint;
use crate::colour::Colour;

fn frame(model: &Model, looks: &Looks, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let page = Page { model, looks, pace: Pace::Running, paint: Paint(Colour::Off) };
    terminal.draw(|frame| page.draw(frame.buffer_mut())).unwrap();
    let buffer = terminal.backend().buffer();
    let is_plain = |cell: &Cell| cell.fg == Color::Reset && cell.modifier.is_empty();
    assert!(buffer.content().iter().all(is_plain));
    text(buffer)
}

#[test]
fn as_large_as_terminals_are() {
    let looks = Looks::new(Manner::Live);
    insta::assert_snapshot!("80x24", frame(&busy(), &looks, (80, 24)));
    insta::assert_snapshot!("120x40", frame(&busy(), &looks, (120, 40)));
    insta::assert_snapshot!("40x10", frame(&busy(), &looks, (40, 10)));
}

#[test]
fn where_there_is_too_little_room_it_says_so() {
    let looks = Looks::new(Manner::Live);
    insta::assert_snapshot!("too_small", frame(&busy(), &looks, (20, 5)));
    for (width, height) in [(1, 1), (0, 0), (24, 6), (200, 6), (24, 60)] {
        frame(&busy(), &looks, (width, height));
    }
}

#[test]
fn before_anything_is_told() {
    let model = Model::new("127.0.0.1:4242", "default");
    insta::assert_snapshot!("before_anything", frame(&model, &Looks::new(Manner::Live), (80, 24)));
}

#[test]
fn without_a_connection() {
    let mut model = busy();
    model.learn(Tidings::Lost("Watch: Connection refused (os error 111) (Unavailable)".to_owned()));
    model.tick(Duration::from_secs(19));
    let page = frame(&model, &Looks::new(Manner::Live), (80, 8));
    insta::assert_snapshot!("disconnected", page);
}

#[test]
fn a_graph_without_a_clock_has_seconds() {
    let mut model = Model::new("127.0.0.1:4242", "default");
    let (runs, waits) = (JobState::Allocated, JobState::Reserved);
    model.learn(state(3, vec![job(1, runs, 0, 3600, "a"), job(2, waits, 3600, 7200, "")]));
    insta::assert_snapshot!("without_a_clock", frame(&model, &Looks::new(Manner::Once), (60, 10)));
}

#[test]
fn over_the_page() {
    let mut looks = Looks::new(Manner::Live);
    looks.act(Wish::Help, &busy(), 20);
    insta::assert_snapshot!("help", frame(&busy(), &looks, (80, 16)));
    looks.act(Wish::Graphs, &busy(), 20);
    insta::assert_snapshot!("graphs_asked_for", frame(&busy(), &looks, (80, 7)));
    looks.offer(["batch", "default", "spare\u{1b}[2J"].map(str::to_owned).into(), "default");
    insta::assert_snapshot!("graphs", frame(&busy(), &looks, (80, 8)));
}

#[test]
fn only_what_has_changed_is_sent() {
    let mut model = busy();
    let looks = Looks::new(Manner::Live);
    let buffer = |model: &Model| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
        let page = Page { model, looks: &looks, pace: Pace::Running, paint: Paint(Colour::Off) };
        page.draw(&mut buffer);
        buffer
    };
    let before = buffer(&model);
    model.tick(Duration::from_millis(4900));
    let after = buffer(&model);
    let changed = before.diff(&after);
    // the rate of changes, as time has passed without one
    assert!(changed.len() < 4 && changed.iter().all(|(_, y, _)| *y == 1), "{changed:?}");
}

#[test]
fn colours_say_what_texts_say() {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let (model, looks) = (busy(), Looks::new(Manner::Live));
    let page = Page { model: &model, looks: &looks, pace: Pace::Running, paint: Paint(Colour::On) };
    terminal.draw(|frame| page.draw(frame.buffer_mut())).unwrap();
    assert_eq!(text(terminal.backend().buffer()), frame(&model, &looks, (80, 24)));
}
