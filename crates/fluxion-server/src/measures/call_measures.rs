//! Calls by method and code. Methods are those that the server has, and one for all others: no client can make series.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tonic::Code;

use crate::measures::exposition::{Exposition, Kind};
use crate::measures::histogram::{Histogram, SECONDS};

/// The codes of gRPC by number, as labels.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// The name of a code.
pub(crate) fn code_name(code: Code) -> &'static str {
    usize::try_from(code as i32).ok().and_then(|code| CODES.get(code)).unwrap_or(&"UNKNOWN")
}

/// All calls.
#[derive(Debug)]
pub(crate) struct CallMeasures {
    /// By path; the last one is of all paths that are none.
    methods: Vec<MethodMeasures>,
}

#[derive(Debug)]
struct MethodMeasures {
    /// `package.Service/Method`.
    name: String,
    codes: [AtomicU64; CODES.len()],
    seconds: Histogram,
}

impl MethodMeasures {
    fn new(name: String) -> Self {
        let codes = std::array::from_fn(|_| AtomicU64::new(0));
        Self { name, codes, seconds: Histogram::new(SECONDS) }
    }
}

/// A method that is counted, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Method(usize);

impl CallMeasures {
    /// Of methods, named as `package.Service/Method`.
    pub(crate) fn new(mut names: Vec<String>) -> Arc<Self> {
        names.sort_unstable();
        names.dedup();
        names.push("other".to_owned());
        Arc::new(Self { methods: names.into_iter().map(MethodMeasures::new).collect() })
    }

    /// The method of a path. O(log methods).
    pub(crate) fn method(&self, path: &str) -> Method {
        let other = self.methods.len().saturating_sub(1);
        let known = self.methods.get(..other).unwrap_or_default();
        let name = path.strip_prefix('/').unwrap_or_default();
        let found = known.binary_search_by(|method| method.name.as_str().cmp(name));
        Method(found.unwrap_or(other))
    }

    /// Its name.
    pub(crate) fn name(&self, method: Method) -> &str {
        self.methods.get(method.0).map_or("", |method| &method.name)
    }

    /// Counts a call that has ended.
    pub(crate) fn count(&self, method: Method, code: Code, time: Duration) {
        let Some(method) = self.methods.get(method.0) else { return };
        if let Some(count) = method.codes.get(code as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        method.seconds.time(time);
    }

    /// Writes what was counted.
    pub(crate) fn expose(&self, text: &mut Exposition) {
        let help = "Calls that have ended, by method and code.";
        text.family("rpc_requests_total", Kind::Counter, help);
        for method in &self.methods {
            for (code, count) in CODES.iter().zip(&method.codes) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    text.sample(&[("method", &method.name), ("code", code)], count);
                }
            }
        }
        let help = "From the headers of a call to the last byte of its answer.";
        text.family("rpc_duration_seconds", Kind::Histogram, help);
        for method in &self.methods {
            text.histogram(&[("method", &method.name)], method.seconds.distribution());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_no_methods_are_counted_together() {
        let names = ["b.S/One", "a.S/Two"].map(str::to_owned);
        let calls = CallMeasures::new(names.into());
        for path in ["/b.S/One", "/a.S/Two", "/c.S/Three", "", "b.S/One", "/other", "/b.S/One/"] {
            calls.count(calls.method(path), Code::Ok, Duration::ZERO);
        }
        calls.count(calls.method("/a.S/Two"), Code::NotFound, Duration::ZERO);
        let mut text = Exposition::default();
        calls.expose(&mut text);
        let text = text.into_text();
        let told: Vec<_> = text.lines().filter(|line| line.contains("requests_total{")).collect();
        let expected = [
            r#"fluxion_rpc_requests_total{method="a.S/Two",code="OK"} 1"#,
            r#"fluxion_rpc_requests_total{method="a.S/Two",code="NOT_FOUND"} 1"#,
            r#"fluxion_rpc_requests_total{method="b.S/One",code="OK"} 1"#,
            r#"fluxion_rpc_requests_total{method="other",code="OK"} 5"#,
        ];
        assert_eq!(told, expected);
        assert_eq!(code_name(Code::Unauthenticated), "UNAUTHENTICATED");
    }
}
