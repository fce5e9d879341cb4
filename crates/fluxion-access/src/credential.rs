//! What a caller shows to say who it is.

use std::fmt;
use std::sync::Arc;

use crate::token::ShownToken;

/// What is looked up.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A token.
    Token(Arc<ShownToken>),
    /// The names in a certificate that was verified already, those that count most first.
    Certificate(Arc<[CertificateName]>),
}

/// A name in a certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateName {
    /// A URI among its subject alternative names, such as `spiffe://example.org/scheduler`.
    Uri(Box<str>),
    /// A DNS name among them.
    Dns(Box<str>),
    /// The common name of its subject.
    Common(Box<str>),
}

impl fmt::Display for CertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(name) | Self::Dns(name) | Self::Common(name) => f.write_str(name),
        }
    }
}
