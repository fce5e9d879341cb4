//! What keeps strangers out: the options, and what is refused or said without it.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use fluxion_server::{
    ClientAuthority, ClientCertificates, ListenAddress, Security, SecurityError, SecurityOptions,
    TlsOptions,
};

use crate::listening::{Manner, is_exposed};

/// Something is configured that cannot be (`EX_CONFIG`).
const WRONG_CONFIGURATION: u8 = 78;

/// What keeps strangers out.
#[derive(Debug, Args)]
pub(crate) struct ProtectionArgs {
    /// File that says who may call what: tokens and certificates with their roles and graphs. It is read again when it
    /// changes.
    #[arg(long, env = "FLUXION_AUTH_FILE", value_name = "FILE")]
    auth_file: Option<PathBuf>,

    /// Certificate of the server in PEM, with those that lead to its authority. With it, all ports speak TLS. It is read
    /// again when it changes.
    #[arg(long, env = "FLUXION_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// Its key, in PEM.
    #[arg(long, env = "FLUXION_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Certificates, in PEM, of the authorities that vouch for clients.
    #[arg(long, env = "FLUXION_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,

    /// Whether clients without a certificate may come.
    #[arg(
        long,
        env = "FLUXION_TLS_CLIENT_AUTH",
        value_name = "WHETHER",
        default_value = "required"
    )]
    tls_client_auth: ClientAuth,

    /// Listen where other machines can reach the server, although nothing keeps strangers out.
    #[arg(long, env = "FLUXION_INSECURE", value_parser = BoolishValueParser::new())]
    insecure: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ClientAuth {
    Optional,
    Required,
}

impl From<ClientAuth> for ClientCertificates {
    fn from(whether: ClientAuth) -> Self {
        match whether {
            ClientAuth::Optional => Self::Optional,
            ClientAuth::Required => Self::Required,
        }
    }
}

/// Other machines could reach the server, and nothing would keep them out.
#[derive(Debug, thiserror::Error)]
#[error(
    "other machines can reach {places}, and {lack}: add {remedy}, or listen on 127.0.0.1 or unix:PATH only; --insecure lets everybody who can reach it do everything"
)]
struct Exposed {
    places: String,
    lack: &'static str,
    remedy: String,
}

const TLS: &str = "--tls-cert FILE --tls-key FILE";
const AUTHENTICATION: &str =
    "--auth-file FILE (`fluxion token new` makes a token), or --tls-client-ca FILE";

impl ProtectionArgs {
    /// Reads what there is. A server of its own that strangers could reach is refused; `server` says so, loudly.
    pub(crate) fn open(
        &self,
        places: &[ListenAddress],
        manner: Manner,
    ) -> anyhow::Result<Security> {
        if let Some(exposed) = self.exposed(places) {
            if manner == Manner::Own && !self.insecure {
                return Err(exposed.into());
            }
            let Exposed { places, lack, .. } = exposed;
            tracing::warn!(
                "EVERYBODY WHO CAN REACH {places} CAN READ AND CHANGE EVERYTHING: {lack} (see docs/security.md)"
            );
        }
        Ok(Security::open(self.options())?)
    }

    fn options(&self) -> SecurityOptions {
        let demand = self.tls_client_auth.into();
        let clients = self.tls_client_ca.clone();
        let clients = clients.map(|certificates| ClientAuthority { certificates, demand });
        let pair = self.tls_cert.clone().zip(self.tls_key.clone());
        let tls = pair.map(|(certificate, key)| TlsOptions { certificate, key, clients });
        SecurityOptions { auth_file: self.auth_file.clone(), tls }
    }

    fn exposed(&self, places: &[ListenAddress]) -> Option<Exposed> {
        let has_tls = self.tls_cert.is_some();
        let are_certificates_required =
            self.tls_client_ca.is_some() && self.tls_client_auth == ClientAuth::Required;
        let is_authenticated = self.auth_file.is_some() || are_certificates_required;
        let (lack, remedy) = match (has_tls, is_authenticated) {
            (true, true) => return None,
            (false, true) => ("what they say can be read and changed on its way", TLS.to_owned()),
            (true, false) => ("nobody is asked who they are", AUTHENTICATION.to_owned()),
            (false, false) => {
                ("nobody is asked who they are", format!("{TLS} and {AUTHENTICATION}"))
            }
        };
        let exposed: Vec<String> =
            places.iter().filter(|place| is_exposed(place)).map(ToString::to_string).collect();
        (!exposed.is_empty()).then(|| Exposed { places: exposed.join(" and "), lack, remedy })
    }
}

/// The exit status of what is wrong with it; nothing if it is something else that is wrong.
pub(crate) fn status_of(error: &anyhow::Error) -> Option<u8> {
    (error.is::<Exposed>() || error.is::<SecurityError>()).then_some(WRONG_CONFIGURATION)
}
