//! What keys mean. Knows nothing of what comes of it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Quit,
    /// Away with what lies over the page; without that, as `Quit`.
    Back,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    NextPane,
    PreviousPane,
    Graphs,
    Choose,
    Pause,
    Help,
}

/// What a key means, if anything.
pub(super) fn wish(key: KeyEvent) -> Option<Wish> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char('c' | 'd') if is_control => Wish::Quit,
        KeyCode::Char(_) if is_control => return None,
        KeyCode::Char('q' | 'Q') => Wish::Quit,
        KeyCode::Esc => Wish::Back,
        KeyCode::Up | KeyCode::Char('k') => Wish::Up,
        KeyCode::Down | KeyCode::Char('j') => Wish::Down,
        KeyCode::PageUp => Wish::PageUp,
        KeyCode::PageDown | KeyCode::Char(' ') => Wish::PageDown,
        KeyCode::Home => Wish::First,
        KeyCode::End => Wish::Last,
        KeyCode::Tab => Wish::NextPane,
        KeyCode::BackTab => Wish::PreviousPane,
        KeyCode::Char('g') => Wish::Graphs,
        KeyCode::Enter => Wish::Choose,
        KeyCode::Char('p') => Wish::Pause,
        KeyCode::Char('?' | 'h') => Wish::Help,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: KeyCode, modifiers: KeyModifiers, expected: Option<Wish>) {
        assert_eq!(wish(KeyEvent::new(code, modifiers)), expected, "{code:?}");
    }

    #[test]
    fn keys_have_a_meaning() {
        for (code, expected) in [
            (KeyCode::Char('q'), Wish::Quit),
            (KeyCode::Esc, Wish::Back),
            (KeyCode::Char('j'), Wish::Down),
            (KeyCode::Down, Wish::Down),
            (KeyCode::Char('k'), Wish::Up),
            (KeyCode::Up, Wish::Up),
            (KeyCode::PageDown, Wish::PageDown),
            (KeyCode::PageUp, Wish::PageUp),
            (KeyCode::Tab, Wish::NextPane),
            (KeyCode::BackTab, Wish::PreviousPane),
            (KeyCode::Char('g'), Wish::Graphs),
            (KeyCode::Char('p'), Wish::Pause),
            (KeyCode::Char('?'), Wish::Help),
        ] {
            check(code, KeyModifiers::NONE, Some(expected));
        }
        check(KeyCode::Char('c'), KeyModifiers::CONTROL, Some(Wish::Quit));
        check(KeyCode::Char('j'), KeyModifiers::CONTROL, None);
        check(KeyCode::Char('x'), KeyModifiers::NONE, None);
        check(KeyCode::F(1), KeyModifiers::NONE, None);
    }
}
