//! The service as a process: flags, logging, signals.
//!
//! `fluxion serve` and `server` are this under two names. It must not know what is served: that is `fluxion-server`.

use std::io::{self, Write as _};
use std::num::ParseIntError;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use fluxion_context::{Clock, Expiry, MatchFormat, SlotRule};
use fluxion_server::{Config, ConfigError, DEFAULT_LOG_RATE, Drained, OnInit, Server, Timeouts};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::admin::AdminArgs;
use crate::data_dir::{DataDirArgs, status_of};
use crate::limits::LimitArgs;
use crate::listening::ListenArgs;
use crate::logging::{LogFilter, LogFormat};
use crate::protection::ProtectionArgs;
use crate::reload::{Reload, Reread};
use crate::service_manager::ServiceManager;

mod admin;
mod command_line;
mod data_dir;
mod limits;
mod listening;
mod logging;
mod modelled_disk;
mod policy_parser;
mod protection;
mod reload;
mod service_manager;
mod settings_file;

pub use command_line::CommandLine;
pub use listening::Manner;
pub use policy_parser::PolicyParser;
pub use settings_file::BadSettings;

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// File with settings, in TOML: each option under its name, as `max-connections = 500`. Flags and environment come before it.
    #[arg(long, env = "FLUXION_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// Check all settings and files, say what is wrong, and end: exit status 78 if something is.
    #[arg(long)]
    check_config: bool,

    /// Print all settings, with where each comes from, as a file would say them, and end.
    #[arg(long)]
    print_config: bool,

    #[command(flatten)]
    listen: ListenArgs,

    #[command(flatten)]
    protection: ProtectionArgs,

    /// Match policy for an Init that names none, or settings such as `policy=low node_centric=true`.
    #[arg(long, env = "FLUXION_POLICY", default_value = "first", value_parser = PolicyParser)]
    policy: String,

    /// How allocations are printed.
    #[arg(long, env = "FLUXION_MATCH_FORMAT", value_name = "FORMAT", default_value_t = MatchFormat::JgfFull,
        value_parser = match_format())]
    match_format: MatchFormat,

    /// Pruning filters, `HL:LL[,HL:LL...]`; none if empty.
    #[arg(long, env = "FLUXION_PRUNE_FILTERS", default_value = "ALL:core,ALL:node")]
    prune_filters: String,

    /// Where slots stand, `published` or `deep`; by default published for the three calls, and deep for graphs made over
    /// fluxion.v1 unless their traverser is flexible.
    #[arg(long, env = "FLUXION_SLOTS", value_name = "RULE", value_parser = slots())]
    slots: Option<SlotRule>,

    #[command(flatten)]
    limits: LimitArgs,

    /// How long a client may take to open a connection, or to send the headers of a call; 0 for ever.
    #[arg(long, env = "FLUXION_HEADER_TIMEOUT", value_name = "SECONDS", default_value = "10")]
    header_timeout: Seconds,

    /// How long a request that is not complete may stand still; 0 for ever.
    #[arg(long, env = "FLUXION_UPLOAD_TIMEOUT", value_name = "SECONDS", default_value = "60")]
    upload_timeout: Seconds,

    /// How long a connection may stay without a call; 0 for ever.
    #[arg(long, env = "FLUXION_IDLE_TIMEOUT", value_name = "SECONDS", default_value = "1800")]
    idle_timeout: Seconds,

    /// How long a call may take, its wait for others included; 0 for ever. Loading a graph has a limit of its own.
    #[arg(long, env = "FLUXION_MAX_CALL_TIME", value_name = "SECONDS", default_value = "60")]
    max_call_time: Seconds,

    /// How long loading a graph may take once its text is there; 0 for ever.
    #[arg(long, env = "FLUXION_MAX_LOAD_TIME", value_name = "SECONDS", default_value = "0")]
    max_load_time: Seconds,

    /// How long calls in flight may continue after SIGTERM or SIGINT.
    #[arg(long, env = "FLUXION_GRACE", value_name = "SECONDS", default_value = "10")]
    grace: u64,

    /// How long new connections are still taken after SIGTERM or SIGINT, while health says NOT_SERVING; not at all if nobody has ever
    /// asked for it. By default 2 for `fluxion serve`, and 0 for `server`.
    #[arg(long, env = "FLUXION_DRAIN_DELAY", value_name = "SECONDS")]
    drain_delay: Option<u64>,

    /// How long a connection may be silent before its client is asked whether it is there; 0 for ever.
    #[arg(long, env = "FLUXION_KEEPALIVE_INTERVAL", value_name = "SECONDS", default_value = "30")]
    keepalive_interval: Seconds,

    /// How long a client may take to answer that; 0 for ever.
    #[arg(long, env = "FLUXION_KEEPALIVE_TIMEOUT", value_name = "SECONDS", default_value = "20")]
    keepalive_timeout: Seconds,

    /// What becomes of the graph that there is when a client sends Init, as clients do when they start: it gives way with its jobs, stays if it
    /// was loaded from the same text with the same options, or stays and the Init is refused.
    #[arg(long, env = "FLUXION_ON_INIT", value_name = "WHAT", default_value = "replace")]
    on_init: WhatOnInit,

    /// Who says what time it is for a graph that does not say it itself, those of the three calls among them: `manual`, each match
    /// brings its time, which is 0 in the three calls; or `system`, it is that of the server.
    #[arg(long, env = "FLUXION_CLOCK", value_name = "WHO", default_value_t = Clock::Manual, value_parser = clock())]
    clock: Clock,

    /// What becomes of allocations there whose time is over, with --clock system: they `hold` what they have until they are
    /// cancelled, or `release` it.
    #[arg(long, env = "FLUXION_EXPIRY", value_name = "WHAT", default_value_t = Expiry::Hold, value_parser = expiry())]
    expiry: Expiry,

    #[command(flatten)]
    data_dir: DataDirArgs,

    #[command(flatten)]
    admin: AdminArgs,

    /// What to log: error, warn, info, debug or trace, or directives such as `fluxion_server=debug`.
    #[arg(long, env = "FLUXION_LOG", value_name = "FILTER", default_value = "info")]
    log: String,

    /// Lines about calls that are logged in a second, at most; what was left out is told.
    #[arg(long, env = "FLUXION_LOG_RATE", value_name = "NUMBER", default_value_t = DEFAULT_LOG_RATE)]
    log_rate: u64,

    /// Format of the log, which goes to standard error.
    #[arg(long, env = "FLUXION_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
}

fn match_format() -> impl TypedValueParser<Value = MatchFormat> {
    let words = MatchFormat::ALL.iter().map(|format| format.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<MatchFormat>())
}

fn clock() -> impl TypedValueParser<Value = Clock> {
    let words = Clock::ALL.iter().map(|clock| clock.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<Clock>())
}

fn expiry() -> impl TypedValueParser<Value = Expiry> {
    let words = Expiry::ALL.iter().map(|expiry| expiry.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<Expiry>())
}

fn slots() -> impl TypedValueParser<Value = SlotRule> {
    let words = SlotRule::ALL.iter().map(|rule| rule.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<SlotRule>())
}

/// How long something may take; for ever if 0.
#[derive(Clone, Copy, Debug)]
struct Seconds(u64);

impl FromStr for Seconds {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl Seconds {
    fn limit(self) -> Duration {
        match self {
            Self(0) => Duration::MAX,
            Self(seconds) => Duration::from_secs(seconds),
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WhatOnInit {
    Replace,
    KeepIfSame,
    Refuse,
}

impl From<WhatOnInit> for OnInit {
    fn from(what: WhatOnInit) -> Self {
        match what {
            WhatOnInit::Replace => Self::Replace,
            WhatOnInit::KeepIfSame => Self::KeepIfSame,
            WhatOnInit::Refuse => Self::Refuse,
        }
    }
}

impl ServeArgs {
    /// Balancers stand before `fluxion serve`; `server` ends as the published one.
    fn drain_delay(&self, command_line: &CommandLine) -> Duration {
        let default = if command_line.is_whole_program() { 0 } else { 2 };
        Duration::from_secs(self.drain_delay.unwrap_or(default))
    }

    fn config(&self, command_line: &CommandLine) -> Config {
        Config {
            policy: self.policy.clone(),
            match_format: self.match_format,
            prune_filters: self.prune_filters.clone(),
            slots: self.slots,
            on_init: self.on_init.into(),
            clock: self.clock,
            expiry: self.expiry,
            limits: self.limits.limits(),
            timeouts: Timeouts {
                headers: self.header_timeout.limit(),
                upload: self.upload_timeout.limit(),
                idle: self.idle_timeout.limit(),
                call: self.max_call_time.limit(),
                load: self.max_load_time.limit(),
                keepalive: self.keepalive_interval.limit(),
                keepalive_answer: self.keepalive_timeout.limit(),
            },
            grace: Duration::from_secs(self.grace),
            drain_delay: self.drain_delay(command_line),
            log_rate: self.log_rate,
        }
    }
}

/// Serves until a signal; exit status 2 if an option cannot be used, 1 if serving cannot begin or goes wrong, 74 if what is kept
/// cannot be read or written, 75 if another server has it, 78 if it is something else, or the file of settings, or what keeps
/// strangers out, is wrong or missing.
#[must_use]
pub fn run(arguments: ServeArgs, manner: Manner, command_line: &CommandLine) -> ExitCode {
    if arguments.print_config {
        return print(command_line);
    }
    if arguments.check_config {
        return match good(&arguments, manner, command_line) {
            Ok(()) => told(io::stdout(), "fluxion: the settings are good\n", 0),
            Err(error) => told(io::stderr(), &format!("error: {error:#}\n"), MISCONFIGURED),
        };
    }
    let checked = checked(&arguments, command_line).map_err(|error| match error.downcast_ref() {
        Some(ConfigError::Descriptors(_)) => (error, FAILED),
        _ => (error, WRONG_OPTIONS),
    });
    let Err((error, status)) = checked.and_then(|(config, log)| {
        start(&arguments, config, (manner, command_line), &log).map_err(|error| {
            let status = status_of(&error).or_else(|| protection::status_of(&error));
            (arguments.data_dir.with_help(error), status.unwrap_or(FAILED))
        })
    }) else {
        return ExitCode::SUCCESS;
    };
    told(io::stderr(), &format!("error: {error:#}\n"), status)
}

/// The file of settings cannot be used.
#[must_use]
pub fn misconfigured(error: &BadSettings) -> ExitCode {
    told(io::stderr(), &format!("error: {error}\n"), MISCONFIGURED)
}

fn print(command_line: &CommandLine) -> ExitCode {
    match command_line.print() {
        Ok(text) => told(io::stdout(), &text, 0),
        Err(error) => told(io::stderr(), &format!("error: {error}\n"), MISCONFIGURED),
    }
}

/// Says a last word.
fn told(mut out: impl io::Write, text: &str, status: u8) -> ExitCode {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::from(status),
        // nobody is left to tell
        Err(_) => ExitCode::from(status.max(FAILED)),
    }
}

const FAILED: u8 = 1;
const WRONG_OPTIONS: u8 = 2;
/// `EX_CONFIG`.
const MISCONFIGURED: u8 = 78;

/// Whether a server could start with these settings, as far as can be told without opening a port or a directory.
fn good(arguments: &ServeArgs, manner: Manner, command_line: &CommandLine) -> anyhow::Result<()> {
    checked(arguments, command_line)?;
    arguments.protection.open(&arguments.listen.places(manner), manner).map(drop)
}

/// Checks all options before anything is opened.
fn checked(
    arguments: &ServeArgs,
    command_line: &CommandLine,
) -> anyhow::Result<(Config, LogFilter)> {
    let log = logging::start(&arguments.log, arguments.log_format)?;
    let config = arguments.config(command_line);
    config.check()?;
    Ok((config, log))
}

fn start(
    arguments: &ServeArgs,
    config: Config,
    told: (Manner, &CommandLine),
    log: &LogFilter,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let served = runtime.block_on(serve(arguments, config, told, log));
    // Whatever still runs after the grace period shall not hold up the exit.
    runtime.shutdown_background();
    served
}

async fn serve(
    arguments: &ServeArgs,
    config: Config,
    (manner, command_line): (Manner, &CommandLine),
    log: &LogFilter,
) -> anyhow::Result<()> {
    let mut signals = Signals::new().context("cannot handle signals")?;
    let mut hangups = signal(SignalKind::hangup()).context("cannot handle signals")?;
    let places = arguments.listen.places(manner);
    let security = arguments.protection.open(&places, manner)?;
    let protection = security.clone();
    let kept = arguments.data_dir.open()?;
    let server = Server::bind_all(&places, config).await?.secured(security);
    let server = match kept {
        Some((log, options)) => server.keeping(log, options),
        None => server,
    };
    let server = match arguments.admin.open(command_line, log).await? {
        Some(port) => {
            tracing::info!(address = %port.local_address()?, "admin port");
            server.administered(port)
        }
        None => server,
    };
    // before anybody can know that it has started, and change something
    let mut reload =
        Reload::new(command_line, reread(command_line), (server.live(), protection), log);
    let places = server.places()?;
    let (version, kept) = (env!("CARGO_PKG_VERSION"), &arguments.data_dir);
    let (addresses, settings) = (places.join(" "), command_line.changed().join(" "));
    tracing::info!(version, addresses, %kept, settings, "started");
    announce(&places, &arguments.data_dir).context("cannot write to standard output")?;
    let manager = ServiceManager::of_environment().context("NOTIFY_SOCKET")?;
    let (ready, serves) = oneshot::channel();
    let server = server.telling(ready);
    let hung_up = async {
        while hangups.recv().await.is_some() {
            reload.run();
        }
    };
    let (stop, stopped) = oneshot::channel();
    let twice = async {
        signals.next().await;
        manager.iter().for_each(ServiceManager::stopping);
        let _ = stop.send(());
        signals.next().await;
    };
    tokio::select! {
        drained = server.run(async { stopped.await.unwrap_or_default() }) => match drained? {
            Drained::Finished => tracing::info!("stopped: all calls were answered"),
            Drained::GraceElapsed => tracing::warn!("stopped: the grace period has passed"),
        },
        () = hung_up => {}
        () = twice => tracing::warn!("stopped by a second signal"),
        () = attend(manager.as_ref(), serves) => {}
    }
    Ok(())
}

/// Tells the service manager, if there is one, that the server serves, and then that it lives. Never completes.
async fn attend(manager: Option<&ServiceManager>, serves: oneshot::Receiver<()>) {
    if let (Ok(()), Some(manager)) = (serves.await, manager) {
        manager.ready();
        if let Some(pause) = manager.watchdog {
            loop {
                tokio::time::sleep(pause).await;
                manager.alive();
            }
        }
    }
    std::future::pending().await
}

/// How the settings are read again.
fn reread(command_line: &CommandLine) -> Reread<'_> {
    Box::new(|| {
        let again: ServeArgs = command_line.reread()?;
        Ok((again.config(command_line), again.log))
    })
}

/// Both lines at once: who starts a server may read the first one alone.
fn announce(places: &[String], kept: &DataDirArgs) -> io::Result<()> {
    let places = places.join(", ");
    let lines = format!("fluxion: gRPC listening on {places}\nfluxion: {kept}\n");
    let mut out = io::stdout();
    out.write_all(lines.as_bytes())?;
    out.flush()
}

/// The signals that ask for an orderly end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
