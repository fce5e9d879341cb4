//! A window that is to be set, as clients say it.

use fluxion_context::{
    Admission, ConflictRules, GRAPH_END, OnConflict as Fate, Reach, TimeWindow, WindowKind as Kind,
    WindowOverlap, WindowTargets as Targets,
};
use fluxion_store::{RecurrenceText, WindowRequest, WindowWhen};
use tonic::Status;

use crate::proto::fluxion::v1::window::When;
use crate::proto::fluxion::v1::{
    OnConflict, Recurrence, SetWindowRequest, Window, WindowKind, WindowSpan, WindowTargets,
};
use crate::v1::failure::invalid;
use crate::v1::lengths;
use crate::v1::times::check_time;

/// The longest note, in bytes.
const LONGEST_NOTE: usize = 1000;

/// The longest list of ranks or criteria, and the longest path, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// The most paths that a request may name.
const MOST_PATHS: usize = 16_384;

/// The longest local time, time zone or rule, in bytes.
const LONGEST_RULE: usize = 1000;

/// The most windows that a request may name.
const MOST_WINDOWS: usize = 64;

/// The windows that let a request in.
pub(crate) fn admission(windows: Vec<String>, reach: Reach) -> Result<Admission, Status> {
    if windows.len() > MOST_WINDOWS {
        let what = format!("{} windows: expected at most {MOST_WINDOWS}", windows.len());
        return Err(invalid("windows", what));
    }
    if windows.is_empty() && reach == Reach::Inside {
        let what = "expected windows within which to stay".to_owned();
        return Err(invalid("inside_windows", what));
    }
    Ok(Admission { windows: windows.into_iter().map(Into::into).collect(), reach })
}

/// Checks a request.
pub(crate) fn read(request: SetWindowRequest) -> Result<WindowRequest, Status> {
    let window = request.window.unwrap_or_default();
    let rules = ConflictRules {
        running: fate("running", request.running)?,
        reserved: fate("reserved", request.reserved)?,
    };
    if rules.reserved == Fate::Truncate {
        let what = "expected REFUSE, KEEP or CANCEL: a reservation has not begun".to_owned();
        return Err(invalid("reserved", what));
    }
    check_time("now", request.now)?;
    read_window(window, rules, request.now)
}

fn read_window(window: Window, rules: ConflictRules, now: i64) -> Result<WindowRequest, Status> {
    check_name(&window.name)?;
    lengths::check("window.note", &window.note, LONGEST_NOTE)?;
    let kind = match WindowKind::try_from(window.kind) {
        Ok(WindowKind::Maintenance) => Kind::Maintenance,
        Ok(WindowKind::Reservation) => Kind::Reservation,
        _ => {
            let what = "expected MAINTENANCE or RESERVATION".to_owned();
            return Err(invalid("window.kind", what));
        }
    };
    Ok(WindowRequest {
        kind,
        targets: targets(window.targets.unwrap_or_default())?,
        when: when(window.when)?,
        overlap: if window.overlap { WindowOverlap::Allowed } else { WindowOverlap::Refused },
        note: window.note,
        name: window.name,
        rules,
        now,
    })
}

fn check_name(name: &str) -> Result<(), Status> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if (1..=128).contains(&name.len()) && name.bytes().all(fits) {
        return Ok(());
    }
    let what = format!(
        "`{name}`: expected a name of letters, digits, `.`, `_` and `-`, of at most 128 bytes"
    );
    Err(invalid("window.name", what))
}

fn targets(told: WindowTargets) -> Result<Targets, Status> {
    let WindowTargets { paths, ranks, criteria, jobspec } = told;
    if paths.len() > MOST_PATHS {
        let what = format!("{} paths: expected at most {MOST_PATHS}", paths.len());
        return Err(invalid("window.targets.paths", what));
    }
    for path in &paths {
        lengths::check("window.targets.paths", path, LONGEST_TEXT)?;
    }
    lengths::check("window.targets.ranks", &ranks, LONGEST_TEXT)?;
    lengths::check("window.targets.criteria", &criteria, LONGEST_TEXT)?;
    if paths.is_empty() && ranks.is_empty() && criteria.is_empty() && jobspec.is_empty() {
        let what = "expected paths, ranks, criteria or a jobspec".to_owned();
        return Err(invalid("window.targets", what));
    }
    Ok(Targets { paths, ranks, criteria, jobspec })
}

fn when(when: Option<When>) -> Result<WindowWhen, Status> {
    match when {
        Some(When::Span(WindowSpan { start, end })) => {
            check_time("window.span.start", start)?;
            check_time("window.span.end", end)?;
            if start >= end {
                let what = format!("{end}: expected an end after the start, {start}");
                return Err(invalid("window.span.end", what));
            }
            Ok(WindowWhen::Span(TimeWindow { start, end }))
        }
        Some(When::Recurrence(Recurrence { start, time_zone: zone, duration, rule })) => {
            lengths::check("window.recurrence.start", &start, LONGEST_RULE)?;
            lengths::check("window.recurrence.time_zone", &zone, LONGEST_RULE)?;
            lengths::check("window.recurrence.rule", &rule, LONGEST_RULE)?;
            Ok(WindowWhen::Recurrence(RecurrenceText { start, zone, duration, rule }))
        }
        Some(When::FloatingLead(lead)) if (1..=GRAPH_END).contains(&lead) => {
            Ok(WindowWhen::Floating { lead })
        }
        Some(When::FloatingLead(lead)) => {
            Err(invalid("window.floating_lead", format!("{lead}: expected at least 1 second")))
        }
        None => {
            let what = "expected a span, a recurrence or a floating_lead".to_owned();
            Err(invalid("window.when", what))
        }
    }
}

fn fate(field: &str, number: i32) -> Result<Fate, Status> {
    match OnConflict::try_from(number) {
        Ok(OnConflict::Unspecified | OnConflict::Refuse) => Ok(Fate::Refuse),
        Ok(OnConflict::Keep) => Ok(Fate::Keep),
        Ok(OnConflict::Truncate) => Ok(Fate::Truncate),
        Ok(OnConflict::Cancel) => Ok(Fate::Cancel),
        Err(_) => Err(invalid(field, "expected REFUSE, KEEP, TRUNCATE or CANCEL".to_owned())),
    }
}
