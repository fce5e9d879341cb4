//! Whom a client trusts, and how it shows who it is.

use std::fmt;

/// Whom a client trusts, and how it shows who it is. By default it shows nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Certificates, in PEM, of the authorities that vouch for servers. `https://` targets need them.
    pub authorities: Option<String>,
    /// Certificate and key of the client, both in PEM.
    pub certificate: Option<(String, String)>,
    /// A token, as `fluxion token new` makes it; sent with each call.
    pub token: Option<String>,
    /// Whether the token may be sent where others can read it on its way.
    pub clear_text: ClearText,
}

/// Whether a token may be sent without TLS to another machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClearText {
    /// The client does not connect.
    #[default]
    Refused,
    /// It may: something else keeps it secret on its way.
    Allowed,
}

impl fmt::Debug for Credentials {
    /// Without anything secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("authorities", &self.authorities.is_some())
            .field("certificate", &self.certificate.is_some())
            .field("token", &self.token.is_some())
            .field("clear_text", &self.clear_text)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let (token, key) = ("flx_a_SECRET".to_owned(), ("CERT".to_owned(), "SECRET".to_owned()));
        let credentials =
            Credentials { token: Some(token), certificate: Some(key), ..Credentials::default() };
        assert!(!format!("{credentials:?}").contains("SECRET"));
    }
}
