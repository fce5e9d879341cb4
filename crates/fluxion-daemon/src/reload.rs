//! What a server is told by SIGHUP: its settings are read again, whole or not at all.

use std::collections::BTreeMap;

use fluxion_server::{Config, LiveSettings, Security};

use crate::command_line::CommandLine;
use crate::logging::{self, LogFilter};

/// What changes while the server serves; all else waits for the next start.
const LIVE: [&str; 15] = [
    "log",
    "log-rate",
    "grace",
    "drain-delay",
    "max-graph-size",
    "max-message-size",
    "max-streams",
    "max-streams-per-principal",
    "max-rate",
    "max-graphs",
    "max-vertices",
    "max-jobs",
    "header-timeout",
    "upload-timeout",
    "idle-timeout",
];

/// Reads the settings: what they mean, and what is to be logged.
pub(crate) type Reread<'a> = Box<dyn Fn() -> Result<(Config, String), String> + Send + 'a>;

/// The settings that hold, and where they are changed.
pub(crate) struct Reload<'a> {
    command_line: &'a CommandLine,
    reread: Reread<'a>,
    live: LiveSettings,
    security: Security,
    log: &'a LogFilter,
    /// As they were read last.
    known: BTreeMap<String, String>,
}

impl<'a> Reload<'a> {
    /// The settings as they were at the start.
    pub(crate) fn new(
        command_line: &'a CommandLine,
        reread: Reread<'a>,
        (live, security): (LiveSettings, Security),
        log: &'a LogFilter,
    ) -> Self {
        let known = command_line.settings().unwrap_or_default();
        Self { command_line, reread, live, security, log, known }
    }

    /// Reads them again, and tells what became of it.
    pub(crate) fn run(&mut self) {
        match self.read() {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(error, "the settings were not read again: all stay as they are")
            }
        }
    }

    fn read(&mut self) -> Result<(), String> {
        let (config, log) = (self.reread)()?;
        let settings = self.command_line.settings()?;
        config.check().map_err(|error| error.to_string())?;
        logging::parse(&log).map_err(|error| format!("{error:#}"))?;
        let (now, later) = changed(&self.known, &settings);
        self.security.reload().map_err(|error| error.to_string())?;
        self.live.set(&config);
        self.log.set(&log)?;
        tracing::info!(changed = now.join(" "), "the settings were read again");
        if !later.is_empty() {
            let settings = later.join(" ");
            tracing::warn!(settings, "these settings hold from the next start on");
        }
        self.known = settings;
        Ok(())
    }
}

/// What has changed: that which can change now, and the rest.
fn changed(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> (Vec<String>, Vec<String>) {
    let changed = after.iter().filter(|(name, said)| before.get(*name) != Some(said));
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for (name, said) in changed {
        let all = if LIVE.contains(&name.as_str()) { &mut now } else { &mut later };
        all.push(said.clone());
    }
    (now, later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_change_now_is_told_apart() {
        let settings = |port: &str, grace: &str| {
            [("port", port), ("grace", grace), ("policy", "policy = \"first\"")]
                .map(|(name, said)| (name.to_owned(), said.to_owned()))
                .into()
        };
        let (before, after) =
            (settings("port = 1", "grace = 1"), settings("port = 2", "grace = 2"));
        let expected = (vec!["grace = 2".to_owned()], vec!["port = 2".to_owned()]);
        assert_eq!(changed(&before, &after), expected);
        assert_eq!(changed(&after, &after), (Vec::new(), Vec::new()));
    }
}
