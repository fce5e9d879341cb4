//! How long a client wants to wait: the header `grpc-timeout`.

use std::time::Duration;

use http::HeaderMap;
use tonic::Status;

/// What the client says; `None` if it says nothing that the protocol allows.
pub(crate) fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

/// It has passed.
pub(crate) fn expired() -> Status {
    Status::cancelled("Timeout expired")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &'static str, expected: Option<Duration>) {
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static("grpc-timeout"),
            http::HeaderValue::from_static(text),
        )]);
        assert_eq!(timeout(&headers), expected, "{text}");
    }

    #[test]
    fn timeouts() {
        assert_eq!(timeout(&HeaderMap::new()), None);
        check("3H", Some(Duration::from_secs(10_800)));
        check("1M", Some(Duration::from_secs(60)));
        check("42S", Some(Duration::from_secs(42)));
        check("13m", Some(Duration::from_millis(13)));
        check("2u", Some(Duration::from_micros(2)));
        check("99999999n", Some(Duration::from_nanos(99_999_999)));
        for text in ["", "S", "1", "1f", "123456789H", "+1S", "-1S", "1.5S"] {
            check(text, None);
        }
    }
}
