//! Where the certificates are, and what is wrong with them.

use std::io;
use std::path::PathBuf;

use tokio_rustls::rustls::{self, server::VerifierBuilderError};

/// Where the certificates are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsOptions {
    /// The certificate of the server, and those that lead from it to an authority, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
    /// Who vouches for clients; they are not asked for certificates if nobody does.
    pub clients: Option<ClientAuthority>,
}

/// Who vouches for clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAuthority {
    /// The certificates of the authorities, in PEM.
    pub certificates: PathBuf,
    /// Whether clients without a certificate may come.
    pub demand: ClientCertificates,
}

/// Whether clients without a certificate may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificates {
    /// They may.
    Optional,
    /// They may not.
    Required,
}

/// The certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// It is no PEM, or an incomplete one.
    #[error("{}: it is no PEM of {expected}: {error}", path.display())]
    Pem {
        /// Where it is.
        path: PathBuf,
        /// What should be in it.
        expected: &'static str,
        /// Why not.
        error: rustls::pki_types::pem::Error,
    },
    /// There is none in it.
    #[error("{}: there is no certificate in it", .0.display())]
    Empty(PathBuf),
    /// Certificate and key do not belong together, or are of a sort that is not known.
    #[error("{} and {}: {error}", certificate.display(), key.display())]
    Pair {
        /// Where the certificate is.
        certificate: PathBuf,
        /// Where the key is.
        key: PathBuf,
        /// Why not.
        error: rustls::Error,
    },
    /// The authorities of clients cannot be used.
    #[error("{}: {error}", path.display())]
    Authority {
        /// Where they are.
        path: PathBuf,
        /// Why not.
        error: AuthorityError,
    },
}

/// The authorities of clients cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// One of them.
    #[error(transparent)]
    Certificate(#[from] rustls::Error),
    /// All of them.
    #[error(transparent)]
    Verifier(#[from] VerifierBuilderError),
}
