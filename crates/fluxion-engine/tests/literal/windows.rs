//! Random windows in the sessions of the slow matcher: set over anything, at any time, with any rules for jobs, and named by
//! requests or not.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_engine::{
    Admission, Conflict, ConflictRules, Fate, JobId, OnConflict, Reach, Window, WindowKind,
    WindowOverlap, WindowRefusal, WindowTimes,
};
use fluxion_graph::{TimeWindow, VertexId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::agreement::{Difference, Pair};
use crate::model::windows::{Closed, Times};
use crate::model::{Rules, Window as Span};
use crate::scenarios::{Scenario, Step, scenario, shared_scenario, wide_scenario};
use crate::{cases, check};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A window as it is set at some time.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    name: &'static str,
    kind: WindowKind,
    /// Counted modulo the number of vertices.
    roots: Vec<usize>,
    /// How long after now, or after the one before, each span starts, and how long it lasts.
    spans: Vec<(i64, i64)>,
    /// In place of spans.
    lead: Option<i64>,
    rules: ConflictRules,
}

fn setting() -> impl Strategy<Value = Setting> {
    let kind = prop_oneof![Just(WindowKind::Maintenance), Just(WindowKind::Reservation)];
    let roots = prop_oneof![5 => vec(any::<usize>(), 1..4), 1 => Just(vec![0])];
    let spans = vec((0..30_i64, 1..40_i64), 1..4);
    let lead = prop_oneof![4 => Just(None), 1 => (1..40_i64).prop_map(Some)];
    let any = || select(&[OnConflict::Refuse, OnConflict::Keep, OnConflict::Cancel][..]);
    let running = prop_oneof![3 => any(), 1 => Just(OnConflict::Truncate)];
    let rules =
        (running, any()).prop_map(|(running, reserved)| ConflictRules { running, reserved });
    (select(&NAMES[..]), kind, roots, spans, lead, rules).prop_map(
        |(name, kind, roots, spans, lead, rules)| Setting { name, kind, roots, spans, lead, rules },
    )
}

fn admission() -> impl Strategy<Value = Admission> {
    let windows = subsequence(NAMES.to_vec(), 0..3);
    let reach = prop_oneof![2 => Just(Reach::Anywhere), 1 => Just(Reach::Inside)];
    (windows, reach).prop_map(|(windows, reach)| Admission {
        windows: windows.into_iter().map(Arc::from).collect(),
        reach,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => setting().prop_map(Step::SetWindow),
        1 => select(&NAMES[..]).prop_map(Step::EndWindow),
        3 => admission().prop_map(Step::Admit),
        1 => Just(Step::Admit(Admission::NONE)),
    ]
}

/// A scenario in which windows come and go.
pub(crate) fn with_windows(
    scenario: impl Strategy<Value = Scenario>,
) -> impl Strategy<Value = Scenario> {
    (scenario, vec((any::<usize>(), step()), 1..6)).prop_map(|(mut scenario, more)| {
        for (at, step) in more {
            scenario.steps.insert(at % scenario.steps.len(), step);
        }
        scenario
    })
}

impl Pair {
    pub(crate) fn set_window(&mut self, setting: &Setting) -> Result<(), Difference> {
        let (window, closed) = self.window(setting);
        let met = self.model.met_by(&closed, self.now);
        let decided = self.engine.decide_window(window.clone(), setting.rules, self.now);
        let conflicts = match &decided {
            Ok((_, conflicts)) | Err(WindowRefusal::Jobs(conflicts)) => conflicts,
            // before the graph begins, or after its end
            Err(WindowRefusal::NoTime) => return Ok(()),
            Err(other) => return Err(format!("setting {setting:?}: {other:?}")),
        };
        let jobs: Vec<u64> = conflicts.iter().map(|conflict| conflict.job.0).collect();
        if !jobs.iter().eq(met.keys()) {
            return Err(format!("{setting:?} meets {jobs:?}, by the rules {met:?}"));
        }
        self.check_fates(setting, conflicts, &met)?;
        let Ok((change, conflicts)) = decided else { return Ok(()) };
        self.engine.apply(&change).map_err(|error| error.to_string())?;
        self.model.set_window(setting.name, closed);
        for Conflict { job: JobId(job), fate, .. } in conflicts {
            match fate {
                Fate::Cancelled => {
                    self.live.retain(|&live| live != job);
                    self.model.cancel(job);
                }
                Fate::Truncated { end } => self.model.retime(job, end),
                Fate::Kept | Fate::InTheWay => {}
            }
        }
        Ok(())
    }

    fn check_fates(
        &self,
        setting: &Setting,
        conflicts: &[Conflict],
        met: &BTreeMap<u64, (bool, i64)>,
    ) -> Result<(), Difference> {
        let both = |window: &&Arc<Window>| {
            [window.kind, setting.kind].iter().all(|&kind| kind == WindowKind::Reservation)
        };
        let before = self.engine.window(setting.name).filter(both);
        let was_in = before.map_or_else(Vec::new, |w| self.engine.conflicts_of(w, self.now));
        for conflict in conflicts {
            let (runs, occurrence) = met[&conflict.job.0];
            let end = occurrence.max(self.now);
            let held = conflict.held;
            let rule = if runs { setting.rules.running } else { setting.rules.reserved };
            let expected = match rule {
                _ if was_in.iter().any(|before| before.job == conflict.job) => Fate::Kept,
                OnConflict::Refuse => Fate::InTheWay,
                OnConflict::Keep => Fate::Kept,
                OnConflict::Cancel => Fate::Cancelled,
                OnConflict::Truncate if held.end <= end => Fate::Kept,
                OnConflict::Truncate if held.start >= end => Fate::InTheWay,
                OnConflict::Truncate => Fate::Truncated { end },
            };
            if conflict.fate != expected {
                return Err(format!("{conflict:?} by {setting:?}, by the rules {expected:?}"));
            }
        }
        Ok(())
    }

    pub(crate) fn end_window(&mut self, name: &str) {
        if let Ok(change) = self.engine.decide_end_of_window(name) {
            self.engine.apply(&change).unwrap();
            self.model.end_window(name);
        }
    }

    fn window(&self, setting: &Setting) -> (Window, Closed) {
        let vertices = self.graph.vertices().len();
        let roots: Vec<usize> = setting.roots.iter().map(|root| root % vertices).collect();
        let mut from = self.now;
        let spans = setting.spans.iter().map(|&(after, lasts)| {
            let start = from + after;
            from = start + lasts;
            Span { start, end: from }
        });
        let spans: Vec<Span> = spans.collect();
        let kept = spans.iter().map(|span| TimeWindow { start: span.start, end: span.end });
        let (times, closed) = match setting.lead {
            Some(lead) => (WindowTimes::Floating { lead }, Times::Floating { lead }),
            None => (WindowTimes::Spans(kept.collect()), Times::Spans(spans)),
        };
        let window = Window {
            name: setting.name.into(),
            kind: setting.kind,
            roots: roots.iter().map(|&root| VertexId(root as u32)).collect(),
            times,
            overlap: WindowOverlap::Allowed,
            about: Arc::default(),
        };
        let is_maintenance = setting.kind == WindowKind::Maintenance;
        (window, Closed { is_maintenance, roots, times: closed })
    }
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn simple_requests_and_windows(scenario in with_windows(scenario(Rules::Simple))) {
        check(&scenario)?;
    }

    #[test]
    fn flexible_requests_and_windows(scenario in with_windows(scenario(Rules::Flexible))) {
        check(&scenario)?;
    }

    #[test]
    fn deep_requests_and_windows(scenario in with_windows(scenario(Rules::Deep))) {
        check(&scenario)?;
    }

    #[test]
    fn requests_for_shared_leaves_and_windows(
        scenario in with_windows(shared_scenario(Rules::Simple)),
    ) {
        check(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn requests_on_wide_machines_and_windows(
        scenario in with_windows(wide_scenario(Rules::Simple)),
    ) {
        check(&scenario)?;
    }
}
