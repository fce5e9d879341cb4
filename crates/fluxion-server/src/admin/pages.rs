//! What is asked for, by whom, and the answer.

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use tonic::{Code, Status};

use crate::access::guard::Door;
use crate::admin::metrics;
use crate::admin::observed::Observed;
use crate::admin::probes::{self, Verdict};

/// The longest body that is read.
const LONGEST_BODY: usize = 4 << 10;

const PLAIN: &str = "text/plain; charset=utf-8";
/// As Prometheus names its text format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the process around the server knows, and can change.
pub trait AdminHooks: Debug + Send + Sync {
    /// What is logged.
    fn log_filter(&self) -> String;
    /// Changes it.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    fn set_log_filter(&self, filter: &str) -> Result<(), String>;
    /// All settings, without anything that is secret.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    fn settings(&self) -> Result<String, String>;
}

/// All pages of a server.
#[derive(Clone, Debug)]
pub(crate) struct AdminPages {
    pub(crate) server: Arc<Observed>,
    pub(crate) hooks: Arc<dyn AdminHooks>,
}

pub(crate) type Page = Response<Full<Bytes>>;

impl AdminPages {
    /// The answer to a request.
    pub(crate) async fn answer(&self, request: Request<Incoming>, door: &Door) -> Page {
        let path = request.uri().path().to_owned();
        let (is_read, is_put) = match *request.method() {
            Method::GET | Method::HEAD => (true, false),
            Method::PUT => (false, true),
            _ => (false, false),
        };
        if matches!(path.as_str(), "/log-level" | "/config")
            && let Err(refusal) = door.admit_admin(&request)
        {
            return refused(&refusal);
        }
        match path.as_str() {
            "/livez" if is_read => verdict(probes::lives(&self.server)),
            "/readyz" if is_read => {
                self.server.readiness.watch();
                let query = request.uri().query().unwrap_or_default();
                let is_verbose = query.split('&').any(|part| part.starts_with("verbose"));
                verdict(probes::is_ready(&self.server, is_verbose))
            }
            "/startupz" if is_read => verdict(probes::has_started(&self.server)),
            "/metrics" if is_read => {
                page(StatusCode::OK, EXPOSITION, metrics::expose(&self.server).await)
            }
            "/log-level" if is_read => told(StatusCode::OK, self.hooks.log_filter() + "\n"),
            "/log-level" if is_put => self.set_log_filter(request).await,
            "/config" if is_read => match self.hooks.settings() {
                Ok(settings) => told(StatusCode::OK, settings),
                Err(error) => told(StatusCode::INTERNAL_SERVER_ERROR, error + "\n"),
            },
            "/livez" | "/readyz" | "/startupz" | "/metrics" | "/log-level" | "/config" => {
                told(StatusCode::METHOD_NOT_ALLOWED, "no such method here\n")
            }
            _ => told(
                StatusCode::NOT_FOUND,
                "there are /livez, /readyz, /startupz, /metrics, /log-level and /config\n",
            ),
        }
    }

    async fn set_log_filter(&self, request: Request<Incoming>) -> Page {
        let Ok(body) = Limited::new(request.into_body(), LONGEST_BODY).collect().await else {
            return told(StatusCode::PAYLOAD_TOO_LARGE, "expected at most 4 KiB\n");
        };
        let body = body.to_bytes();
        let filter = std::str::from_utf8(&body).map(str::trim);
        let set = match filter {
            Ok("") | Err(_) => Err("expected a level, or directives".to_owned()),
            Ok(filter) => self.hooks.set_log_filter(filter),
        };
        match set {
            Ok(()) => told(StatusCode::OK, self.hooks.log_filter() + "\n"),
            Err(error) => told(StatusCode::BAD_REQUEST, error + "\n"),
        }
    }
}

fn verdict(Verdict { is_good, text }: Verdict) -> Page {
    told(if is_good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
}

/// What is told to whoever may not ask.
fn refused(refusal: &Status) -> Page {
    let status = match refusal.code() {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::FORBIDDEN,
    };
    let mut page = told(status, format!("{}\n", refusal.message()));
    if status == StatusCode::UNAUTHORIZED {
        let scheme = header::HeaderValue::from_static("Bearer");
        page.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    page
}

fn told(status: StatusCode, text: impl Into<String>) -> Page {
    page(status, PLAIN, text.into())
}

fn page(status: StatusCode, kind: &'static str, text: String) -> Page {
    let mut page = Response::new(Full::new(text.into()));
    *page.status_mut() = status;
    page.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    page.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_ask_is_told_whether_a_token_would_help() {
        for (code, expected, scheme) in [
            (Code::Unauthenticated, 401, Some("Bearer")),
            (Code::PermissionDenied, 403, None),
            (Code::ResourceExhausted, 429, None),
        ] {
            let page = refused(&Status::new(code, "no"));
            let told = page.headers().get(header::WWW_AUTHENTICATE);
            let told = told.map(|scheme| scheme.to_str().unwrap());
            assert_eq!((page.status().as_u16(), told), (expected, scheme));
        }
    }
}
