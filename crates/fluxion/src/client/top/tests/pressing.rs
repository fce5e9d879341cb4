//! What keys do to the look of the page.

use super::*;
use crate::client::top::keys::Wish;
use crate::client::top::looks::{Effect, Looks, Manner, Overlay};

/// Presses keys, where the panes have twenty lines together: the pane in the focus and its first row afterwards.
#[track_caller]
fn check(wishes: &[Wish], expected: (usize, usize)) {
    let (mut looks, model) = (Looks::new(Manner::Live), busy());
    for wish in wishes {
        assert_eq!(looks.act(*wish, &model, 20), Effect::Nothing);
    }
    let shown = looks.shares(&model, 20)[looks.focus] - 2;
    let rows = [6, model.jobs.len(), 0, 4][looks.focus];
    assert_eq!((looks.focus, looks.offset(looks.focus, rows, shown)), expected, "{wishes:?}");
}

#[test]
fn panes_are_scrolled() {
    use Wish::{Down, First, Last, NextPane, PageDown, PageUp, PreviousPane, Up};
    check(&[], (0, 0));
    check(&[Up], (0, 0));
    check(&[NextPane], (1, 0));
    check(&[NextPane, NextPane, NextPane], (0, 0));
    check(&[PreviousPane], (3, 0));
    check(&[NextPane, Down, Down, Up], (1, 1));
    check(&[NextPane, PageDown], (1, 4));
    check(&[NextPane, PageDown, PageDown, PageUp], (1, 4));
    check(&[NextPane, Last], (1, 18));
    check(&[NextPane, Last, Down, PageDown], (1, 18));
    check(&[NextPane, Last, First], (1, 0));
}

#[test]
fn what_is_shorter_now_is_not_shown_beyond_its_end() {
    let (mut looks, mut model) = (Looks::new(Manner::Live), busy());
    looks.act(Wish::NextPane, &model, 20);
    looks.act(Wish::Last, &model, 20);
    model.learn(state(50, vec![job(1, JobState::Allocated, 0, 10, "")]));
    assert_eq!(looks.offset(1, model.jobs.len(), 5), 0);
}

#[test]
fn a_graph_is_chosen() {
    let (mut looks, model) = (Looks::new(Manner::Live), busy());
    let mut act = |wish| looks.act(wish, &model, 20);
    assert_eq!(act(Wish::Graphs), Effect::ListGraphs);
    // nothing is there to be chosen yet
    assert_eq!(act(Wish::Choose), Effect::Nothing);
    looks.offer(["a", "default", "z"].map(str::to_owned).into(), "default");
    let mut act = |wish| looks.act(wish, &model, 20);
    assert_eq!(act(Wish::Graphs), Effect::Nothing);
    assert_eq!(act(Wish::Down), Effect::Nothing);
    assert_eq!(act(Wish::Choose), Effect::Show("z".to_owned()));
    assert_eq!(looks.overlay, Overlay::Nothing);
}

#[test]
fn what_lies_over_the_page_goes_away_first() {
    let (mut looks, model) = (Looks::new(Manner::Live), busy());
    let mut act = |wish| looks.act(wish, &model, 20);
    assert_eq!(act(Wish::Help), Effect::Nothing);
    assert_eq!(act(Wish::Down), Effect::Nothing);
    assert_eq!(act(Wish::Back), Effect::Nothing);
    assert_eq!(act(Wish::Graphs), Effect::ListGraphs);
    assert_eq!(act(Wish::Back), Effect::Nothing);
    assert_eq!(act(Wish::Pause), Effect::Pause);
    assert_eq!(act(Wish::Back), Effect::Quit);
    assert_eq!(act(Wish::Quit), Effect::Quit);
}
