//! A pseudo terminal with a command on it: what it shows, as a terminal would draw it, and keys that are pressed.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};
use tokio::time::Instant;

/// How long is waited for a text, at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// The terminal, and the command that has it.
pub(crate) struct PseudoTerminal {
    ours: File,
    /// What the command has; open as long as the terminal, whose modes are asked for when the command has ended.
    theirs: File,
    process: Child,
    /// How the terminal was before.
    modes: String,
    bytes: Receiver<Vec<u8>>,
    screen: Screen,
    /// All that was written.
    written: String,
}

impl PseudoTerminal {
    /// Starts a command on a terminal of its own.
    pub(crate) fn start(size: (u16, u16), words: &[&str], variables: &[(&str, &str)]) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let theirs = File::from(ioctl_tiocgptpeer(&ours, flags).unwrap());
        let ours = File::from(ours);
        resize(&ours, size);
        let modes = modes(&theirs);
        let stream = || Stdio::from(theirs.try_clone().unwrap());
        // a terminal tells changes of its size to those whose controlling terminal it is
        let process = Command::new("setsid")
            .args(["--ctty", env!("CARGO_BIN_EXE_fluxion")])
            .args(words)
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied())
            .stdin(stream())
            .stdout(stream())
            .stderr(stream())
            .spawn()
            .unwrap();
        let bytes = read(ours.try_clone().unwrap());
        let (screen, written) = (Screen::new(size), String::new());
        Self { ours, theirs, process, modes, bytes, screen, written }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.ours.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn resize(&mut self, size: (u16, u16)) {
        self.screen = Screen::new(size);
        resize(&self.ours, size);
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let number = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &number]).status().unwrap().success());
    }

    /// Waits until the screen shows a text; what it shows then.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.wait_until(text, |shown| shown.contains(text))
    }

    /// Waits until the screen shows what is expected.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let shown = self.screen.text();
            if is_so(&shown) {
                return shown;
            }
            let left = until.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.bytes.recv_timeout(left) else {
                panic!("no {what}:\n{shown}");
            };
            self.take(&bytes);
        }
    }

    /// Waits until it has given the terminal back and has ended. All that was written, and how it ended.
    #[track_caller]
    pub(crate) fn end(mut self) -> (String, ExitStatus) {
        let until = Instant::now() + PATIENCE;
        while !self.is_given_back() {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.bytes.recv_timeout(left) else {
                panic!("it goes on:\n{}", self.screen.text());
            };
            self.take(&bytes);
        }
        let status = self.process.wait().unwrap();
        assert_eq!(modes(&self.theirs), self.modes);
        (self.written, status)
    }

    /// Whether the page of before is there again, with a cursor.
    fn is_given_back(&self) -> bool {
        let is_last =
            |last: &str, before: &str| self.written.rfind(last) > self.written.rfind(before);
        is_last("\x1b[?1049l", "\x1b[?1049h") && is_last("\x1b[?25h", "\x1b[?25l")
    }

    fn take(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        self.written += &text;
        self.screen.draw(bytes);
    }
}

fn resize(terminal: &File, (columns, rows): (u16, u16)) {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(terminal, size).unwrap();
}

fn modes(terminal: &File) -> String {
    format!("{:?}", tcgetattr(terminal).unwrap())
}

/// What comes from a terminal, until nobody has it any more.
fn read(mut terminal: File) -> Receiver<Vec<u8>> {
    let (out, bytes) = channel();
    std::thread::spawn(move || {
        let mut room = [0; 4096];
        while let Ok(count) = terminal.read(&mut room) {
            if count == 0 || out.send(room[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    bytes
}

/// What a terminal draws, as far as this is used: texts, places, and an empty screen.
struct Screen {
    rows: Vec<Vec<char>>,
    place: (usize, usize),
    /// The beginning of what has not come to its end.
    rest: Vec<u8>,
}

impl Screen {
    fn new((columns, rows): (u16, u16)) -> Self {
        let rows = vec![vec![' '; columns.into()]; rows.into()];
        Self { rows, place: (0, 0), rest: Vec::new() }
    }

    fn text(&self) -> String {
        let line = |row: &Vec<char>| row.iter().collect::<String>().trim_end().to_owned() + "\n";
        self.rows.iter().map(line).collect()
    }

    fn draw(&mut self, bytes: &[u8]) {
        self.rest.extend(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.to_owned(),
            Err(error) => String::from_utf8_lossy(&self.rest[..error.valid_up_to()]).into_owned(),
        };
        let mut left = whole.as_str();
        while let Some(first) = left.chars().next() {
            let length = match first {
                '\x1b' => match escape(left) {
                    Some(length) => length,
                    None => break,
                },
                other => other.len_utf8(),
            };
            let (piece, behind) = left.split_at(length);
            self.piece(piece);
            left = behind;
        }
        self.rest.drain(..whole.len() - left.len());
    }

    fn go_down(&mut self) {
        match self.place.0 + 1 < self.rows.len() {
            true => self.place.0 += 1,
            false => {
                let columns = self.rows[0].len();
                self.rows.remove(0);
                self.rows.push(vec![' '; columns]);
            }
        }
    }

    /// A character, or a sequence that begins with an escape.
    fn piece(&mut self, piece: &str) {
        let numbers =
            piece.trim_start_matches("\x1b[").trim_end_matches(|c: char| !c.is_ascii_digit());
        if piece == "\r" {
            self.place.1 = 0;
        } else if piece == "\n" {
            self.go_down();
        } else if !piece.starts_with('\x1b') {
            let (row, column) = self.place;
            if let Some(cell) = self.rows.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = piece.chars().next().unwrap();
            }
            self.place.1 += 1;
        } else if piece.ends_with('H') {
            let mut numbers = numbers.split(';').map(|number| number.parse::<usize>().unwrap_or(1));
            let mut next = || numbers.next().unwrap_or(1) - 1;
            self.place = (next(), next());
        } else if piece.ends_with('J') {
            self.rows.iter_mut().for_each(|row| row.fill(' '));
        }
    }
}

/// How long a sequence is that begins with an escape, if it has come to its end.
fn escape(text: &str) -> Option<usize> {
    let is_long = text[1..].starts_with('[');
    if text.len() < 2 {
        return None;
    }
    if !is_long {
        return Some(2);
    }
    text[2..].find(|c: char| ('@'..='~').contains(&c)).map(|end| end + 3)
}
