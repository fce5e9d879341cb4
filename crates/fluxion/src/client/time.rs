//! `time`: what time it is on the axis of a graph.

use fluxion_client::v1::Clock;
use fluxion_store::journal::Time;
use serde_json::json;

use super::answer::Answer;
use super::options::Common;
use super::stats::NoArgs;
use crate::moment;
use crate::table::pairs;

pub(super) async fn time(common: &Common, _: &NoArgs) -> anyhow::Result<Answer> {
    let time = common.graph().await?.time().await?;
    let clock = word(time.clock());
    let text = match time.clock() {
        Clock::System => pairs([
            ("clock", "that of the server".into()),
            ("seconds", time.now.into()),
            ("time", shown(time.now).into()),
        ]),
        Clock::Unspecified | Clock::Manual => {
            pairs([("clock", "each match brings its time".into())])
        }
    };
    let json = json!({
        "clock": clock, "now": time.now,
        "revision": time.revision, "incarnation": time.incarnation,
    });
    Ok(Answer::new(text, json))
}

fn shown(seconds: i64) -> String {
    let nanoseconds = u64::try_from(seconds).unwrap_or_default().saturating_mul(1_000_000_000);
    moment::shown(Time(nanoseconds))
}

/// The word for a clock.
pub(super) fn word(clock: Clock) -> &'static str {
    match clock {
        Clock::Unspecified | Clock::Manual => "manual",
        Clock::System => "system",
    }
}
