//! The log, on standard error: what is logged can change while the server serves. Must not know what is told.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

type Reload = Box<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>;

/// What is logged; clones share it.
#[derive(Clone)]
pub(crate) struct LogFilter(Arc<Shared>);

struct Shared {
    text: Mutex<String>,
    reload: Reload,
}

impl fmt::Debug for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogFilter").field(&self.text()).finish()
    }
}

impl LogFilter {
    /// What is logged, in words.
    pub(crate) fn text(&self) -> String {
        self.0.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs something else from now on.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub(crate) fn set(&self, text: &str) -> Result<(), String> {
        let filter = parse(text).map_err(|error| format!("{error:#}"))?;
        (self.0.reload)(filter)?;
        text.clone_into(&mut self.0.text.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}

/// A filter as it is written.
pub(crate) fn parse(text: &str) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(text).with_context(|| format!("--log: bad filter `{text}`"))
}

/// Begins to log.
pub(crate) fn start(text: &str, format: LogFormat) -> anyhow::Result<LogFilter> {
    let filter = parse(text)?;
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let logging = tracing_subscriber::fmt().with_ansi(colour).with_writer(io::stderr);
    let reload: Reload = match format {
        LogFormat::Text => {
            let logging = logging.with_env_filter(filter).with_filter_reloading();
            let handle = logging.reload_handle();
            logging.init();
            Box::new(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
        }
        LogFormat::Json => {
            let logging = logging.json().with_env_filter(filter).with_filter_reloading();
            let handle = logging.reload_handle();
            logging.init();
            Box::new(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
        }
    };
    Ok(LogFilter(Arc::new(Shared { text: Mutex::new(text.to_owned()), reload })))
}
