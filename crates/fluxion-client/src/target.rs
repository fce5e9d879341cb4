//! Where a service is: `name:port`, with `http://` or `https://` before it or nothing, or `unix:PATH`.

use std::net::IpAddr;
use std::path::PathBuf;

use http::Uri;

use crate::error::Error;

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `http://name:port`.
    Clear(Uri),
    /// `https://name:port`.
    Tls(Uri),
    /// A socket on this machine.
    Unix(PathBuf),
}

impl Target {
    /// Reads a target.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path.is_empty() {
                true => Err(invalid(text)),
                false => Ok(Self::Unix(path.into())),
            };
        }
        match text.strip_prefix("https://") {
            Some(authority) => uri("https", authority).map(Self::Tls),
            None => uri("http", text.strip_prefix("http://").unwrap_or(text)).map(Self::Clear),
        }
        .ok_or_else(|| invalid(text))
    }

    /// Whether others can read on the way what is sent there.
    pub(crate) fn is_overheard(&self) -> bool {
        let Self::Clear(uri) = self else { return false };
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let is_near = |address: IpAddr| address.to_canonical().is_loopback();
        host != "localhost" && !host.parse().is_ok_and(is_near)
    }
}

fn invalid(target: &str) -> Error {
    Error::InvalidTarget { target: target.to_owned() }
}

fn uri(scheme: &str, authority: &str) -> Option<Uri> {
    let uri: Uri = format!("{scheme}://{authority}").parse().ok()?;
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    (uri.port().is_some() && has_host && uri.path() == "/").then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let told = Target::read(text).ok().map(|target| match target {
            Target::Clear(uri) | Target::Tls(uri) => uri.to_string(),
            Target::Unix(path) => path.display().to_string(),
        });
        assert_eq!(told.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn targets() {
        check("localhost:4242", Some("http://localhost:4242/"));
        check("http://10.0.0.7:80/", Some("http://10.0.0.7:80/"));
        check("https://a:1", Some("https://a:1/"));
        check("[::1]:4242", Some("http://[::1]:4242/"));
        check("unix:/run/fluxion.sock", Some("/run/fluxion.sock"));
        check("unix:///run/fluxion.sock", Some("/run/fluxion.sock"));
        check("unix:fluxion.sock", Some("fluxion.sock"));
        for text in ["", "localhost", ":4242", "ftp://a:1", "a:b", "a:1/path", "a b:1", "a:99999"] {
            check(text, None);
        }
        for text in ["https://a", "https://a:1/path", "https://", "unix:", "unix://"] {
            check(text, None);
        }
    }

    #[test]
    fn what_leaves_the_machine_without_tls_is_overheard() {
        for (text, expected) in [
            ("localhost:1", false),
            ("127.0.0.1:1", false),
            ("[::1]:1", false),
            ("[::ffff:127.0.0.1]:1", false),
            ("unix:/a", false),
            ("https://10.0.0.1:1", false),
            ("10.0.0.1:1", true),
            ("localhost.example.org:1", true),
            ("[2001:db8::1]:1", true),
        ] {
            assert_eq!(Target::read(text).unwrap().is_overheard(), expected, "{text}");
        }
    }
}
