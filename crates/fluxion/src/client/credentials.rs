//! Whom the commands trust, and how they show who they are: from options, variables and files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use clap::builder::BoolishValueParser;
use fluxion_client::{ClearText, Credentials};

/// A token is never an option: others can see the words of a command line.
const TOKEN_VARIABLE: &str = "FLUXION_TOKEN";
const TOKEN_FILE_VARIABLE: &str = "FLUXION_TOKEN_FILE";
const AUTHORITIES_VARIABLE: &str = "FLUXION_TLS_CA";
const CERTIFICATE_VARIABLE: &str = "FLUXION_CLIENT_CERT";
const KEY_VARIABLE: &str = "FLUXION_CLIENT_KEY";
const INSECURE_VARIABLE: &str = "FLUXION_INSECURE_TOKEN";

/// Whom the commands trust, and how they show who they are.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct CredentialArgs {
    /// Certificates in PEM of those who vouch for the server; an address with https:// needs it.
    #[arg(long, global = true, value_name = "FILE", env = AUTHORITIES_VARIABLE)]
    tls_ca: Option<PathBuf>,

    /// Certificate in PEM to show to the server, with --tls-key.
    #[arg(long, global = true, value_name = "FILE", env = CERTIFICATE_VARIABLE, requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// Key of that certificate, in PEM.
    #[arg(long, global = true, value_name = "FILE", env = KEY_VARIABLE, requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// File with the token to show to the server; without it, the variable FLUXION_TOKEN is the token.
    #[arg(long, global = true, value_name = "FILE", env = TOKEN_FILE_VARIABLE)]
    token_file: Option<PathBuf>,

    /// Send the token to another machine without TLS, where others can read it on its way.
    #[arg(long, global = true, env = INSECURE_VARIABLE, value_parser = BoolishValueParser::new())]
    insecure_token: bool,
}

impl CredentialArgs {
    /// Those of the variables, where no options are.
    pub(super) fn of_variables() -> Self {
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        Self {
            tls_ca: path(AUTHORITIES_VARIABLE),
            tls_cert: path(CERTIFICATE_VARIABLE),
            tls_key: path(KEY_VARIABLE),
            token_file: path(TOKEN_FILE_VARIABLE),
            // what is not clear is no permission
            insecure_token: std::env::var(INSECURE_VARIABLE).is_ok_and(|word| word == "true"),
        }
    }

    /// Reads the files.
    pub(crate) fn read(&self) -> anyhow::Result<Credentials> {
        let certificate = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some((text(certificate)?, text(key)?)),
            // neither comes without the other
            _ => None,
        };
        let token = match &self.token_file {
            Some(file) => Some(text(file)?.trim().to_owned()),
            None => std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()),
        };
        let clear_text = if self.insecure_token { ClearText::Allowed } else { ClearText::Refused };
        let authorities = self.tls_ca.as_deref().map(text).transpose()?;
        Ok(Credentials { authorities, certificate, token, clear_text })
    }
}

fn text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
