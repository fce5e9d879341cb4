//! The admin port as an option, and what it is told of the process.

use std::str::FromStr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use fluxion_server::{AdminHooks, AdminPort};

use crate::command_line::{CommandLine, redacted};
use crate::logging::LogFilter;

/// Where `fluxion serve` has it unless it is told.
const DEFAULT: &str = "127.0.0.1:9242";

/// The admin port.
#[derive(Clone, Debug, Args)]
pub(crate) struct AdminArgs {
    /// Address of the admin port, `HOST:PORT`, with probes, metrics, the log level and the settings; `off` for none. By default
    /// 127.0.0.1:9242 for `fluxion serve`, if nobody else has it, and off for `server`.
    #[arg(long, env = "FLUXION_ADMIN_LISTEN", value_name = "ADDRESS")]
    admin_listen: Option<AdminListen>,
}

/// Where the admin port is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AdminListen {
    Off,
    At(String),
}

impl FromStr for AdminListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let parts = text.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
        match parts {
            Some(("", port)) => Ok(Self::At(format!("[::]:{port}"))),
            Some(_) => Ok(Self::At(text.to_owned())),
            None => Err("expected HOST:PORT, or off".to_owned()),
        }
    }
}

impl AdminArgs {
    /// Opens the port, if there is to be one.
    pub(crate) async fn open(
        &self,
        command_line: &CommandLine,
        log: &LogFilter,
    ) -> anyhow::Result<Option<AdminPort>> {
        let hooks = Hooks { command_line: command_line.clone(), log: log.clone() };
        let hooks = Arc::new(hooks);
        let opened = match &self.admin_listen {
            Some(AdminListen::Off) => return Ok(None),
            Some(AdminListen::At(address)) => {
                let opened = AdminPort::bind(address, hooks).await;
                opened.with_context(|| format!("--admin-listen: cannot listen on {address}"))?
            }
            None if command_line.is_whole_program() => return Ok(None),
            None => match AdminPort::bind(DEFAULT, hooks).await {
                Ok(opened) => opened,
                Err(error) => {
                    tracing::warn!(%error, "no admin port: {DEFAULT} cannot be had (--admin-listen)");
                    return Ok(None);
                }
            },
        };
        Ok(Some(opened))
    }
}

/// What the admin port asks of the process.
#[derive(Debug)]
struct Hooks {
    command_line: CommandLine,
    log: LogFilter,
}

impl AdminHooks for Hooks {
    fn log_filter(&self) -> String {
        self.log.text()
    }

    fn set_log_filter(&self, filter: &str) -> Result<(), String> {
        self.log.set(filter)?;
        tracing::info!(filter, "the log filter was changed at the admin port");
        Ok(())
    }

    fn settings(&self) -> Result<String, String> {
        Ok(redacted(&self.command_line.print()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<AdminListen, &str>) {
        assert_eq!(text.parse(), expected.map_err(str::to_owned));
    }

    #[test]
    fn an_address_has_a_port() {
        check("off", Ok(AdminListen::Off));
        check("127.0.0.1:9242", Ok(AdminListen::At("127.0.0.1:9242".to_owned())));
        check("[::1]:0", Ok(AdminListen::At("[::1]:0".to_owned())));
        check(":9242", Ok(AdminListen::At("[::]:9242".to_owned())));
        check("9242", Err("expected HOST:PORT, or off"));
        check("localhost:http", Err("expected HOST:PORT, or off"));
    }
}
