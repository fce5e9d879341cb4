//! The loop of a session: a line is read, its command is found and executed.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::commands;
use super::lines::Lines;
use super::session::{Flow, Session};

/// Executes line after line, until one ends the session or there are no more.
pub(crate) fn run(session: &Rc<RefCell<Session>>, lines: &mut Lines) -> io::Result<()> {
    while let Some(line) = lines.next_line()? {
        let mut session = session.borrow_mut();
        match line {
            Ok(line) => execute(&mut session, &line)?,
            Err(error) => session.channels.error(&format!("ERROR: malformed command: {error}"))?,
        }
        session.channels.flush()?;
        if session.flow == Flow::Quit {
            break;
        }
    }
    Ok(())
}

fn execute(session: &mut Session, line: &str) -> io::Result<()> {
    let words = commands::words(line);
    let Some(name) = words.first() else {
        return Ok(());
    };
    match commands::find(name) {
        None => session.channels.hint(&format!("unknown command: {name} (try `help`)")),
        Some(command) if !command.word_counts.contains(&words.len()) => {
            let example = command.example();
            session.channels.error(&format!("ERROR: malformed command: expected `{example}`"))
        }
        Some(command) => (command.action)(session, &words),
    }
}
