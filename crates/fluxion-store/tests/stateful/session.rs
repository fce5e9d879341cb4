//! Runs a session: each command goes to the store and to the model, and what comes of it is compared. A replica, made of
//! the graph as it was loaded, gets nothing but the commits.

use fluxion_context::{
    Budget, Context, Extent, HeldResources, IfRefused, JobId, JobState, LoadFormat, MatchErrorKind,
    MatchFormat, MatchOperation, Matched, Options, Outcome, ReleaseFormat, Remainder, UpdateTime,
    Wanted,
};
use fluxion_graph::{Edge, Status};
use fluxion_jobspec::{Constraint, Element, Jobspec};
use fluxion_store::journal::{Event, Record, Settled, Time};
use fluxion_store::{
    Answer as Told, Command as Asked, Happening, Incarnation, JobName, KeyedCommand, Proposal,
    RequestError, RequestId, Revision, SentRefusal, Store, Target,
};

use crate::answers::{self, Printed, Shown};
use crate::commands::{Command, Commands, Part, Update};
use crate::jobs::{Job, Jobs};
use crate::keys::Keys;
use crate::machine::{Holes, Machine};
use crate::model::{Answer, Model, Refused, Rules, Window};
use crate::onlooker::Onlooker;
use crate::support::graph::Item;
use crate::{documents, finds, updates};

/// The first difference between store and model.
type Difference = String;

/// Whether a command was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    /// Nothing may have changed but the next job number.
    Refused,
    /// Nothing may have changed, for it changes nothing.
    Idle,
}

struct Session {
    store: Store,
    /// Gets the commits alone.
    replica: Store,
    /// Hears of what they mean.
    onlooker: Onlooker,
    keys: Keys,
    /// How many requests were made.
    asked: u64,
    revision: u64,
    machine: Machine,
    jobs: Jobs,
    model: Model,
    filters: &'static str,
    policy: &'static str,
    now: i64,
    next: u64,
    /// What matches printed.
    printed: Vec<String>,
}

pub(crate) fn run(commands: &Commands) -> Result<(), Difference> {
    let mut session = Session::new(commands)?;
    for (number, command) in commands.commands.iter().enumerate() {
        let before = session.context().fingerprint();
        let mut other = session.store.clone();
        if number % 2 == 0 {
            std::mem::swap(&mut other, &mut session.store);
        }
        let told = |difference| format!("at command {number}, {command:?}: {difference}");
        let fate = session.obey(command).map_err(told)?;
        session.compare(fate).map_err(told)?;
        if number % 7 == 3 {
            session.put_away().map_err(told)?;
        }
        if fate != Fate::Done && session.context().fingerprint() != before {
            return Err(told(format!("{fate:?}, but the state changed")));
        }
        let other = other.context();
        if other.fingerprint() != before || other.check().is_err() {
            return Err(told("what was forked before is not what it was".to_owned()));
        }
    }
    Ok(())
}

/// A settled commit as somebody reads it who has nothing but the record.
fn written(settled: Settled) -> Result<Settled, Difference> {
    let incarnation = settled.commit().incarnation;
    let mut bytes = Vec::new();
    let record = Record::new(Time(1), Event::Committed(settled));
    record.encode(&refusal_as_sent, &mut bytes);
    let mut rest = bytes.clone().into();
    let read = Record::decode(&mut rest, incarnation).map_err(|error| error.to_string())?;
    let mut again = Vec::new();
    read.encode(&refusal_as_sent, &mut again);
    match read.event {
        Event::Committed(settled) if rest.is_empty() && again == bytes => Ok(settled),
        event => Err(format!("{event:?} was read, which is written otherwise")),
    }
}

fn refusal_as_sent(_: &RequestId, refusal: &RequestError) -> SentRefusal {
    SentRefusal { code: 9, message: refusal.to_string(), ..SentRefusal::default() }
}

impl Session {
    fn new(commands: &Commands) -> Result<Self, Difference> {
        let Commands { policy, filters, rules, .. } = commands;
        let machine = Machine::new(&commands.root, commands.shuffle, &commands.shared);
        let options = Options {
            load_format: LoadFormat::Jgf,
            policy: (*policy).to_owned(),
            traverser: if *rules == Rules::Simple { "simple" } else { "flexible" }.to_owned(),
            match_format: MatchFormat::Jgf,
            prune_filters: (*filters).to_owned(),
            ..Options::default()
        };
        let present: Vec<usize> = machine.present().collect();
        let text = documents::jgf(&machine, &present, &machine.edges, &[]);
        let context = Context::load(&text, &options).map_err(|error| error.to_string())?;
        let model = Model::new(context.graph(), policy, *rules, filters);
        let store = Store::new(context, options, Incarnation(7));
        Ok(Self {
            replica: store.clone(),
            onlooker: Onlooker::of(&store),
            store,
            keys: Keys::default(),
            asked: 0,
            revision: 1,
            machine,
            jobs: Jobs::default(),
            model,
            filters,
            policy,
            now: 0,
            next: 1,
            printed: Vec::new(),
        })
    }

    fn obey(&mut self, command: &Command) -> Result<Fate, Difference> {
        match command {
            Command::Match(operation, list, duration, constraint) => {
                self.decide(*operation, list, *duration, constraint.as_ref())
            }
            Command::Cancel(at) => self.cancel(*at),
            Command::Update(update) => self.update(update),
            Command::Release(at, part) => self.release(*at, part),
            Command::Attach(parent, items) => self.attach(*parent, items),
            Command::AttachLike(at) => self.attach_like(*at),
            Command::AttachInVain(at) => self.attach_in_vain(*at),
            Command::Remove(at) => self.remove(*at),
            Command::RemoveRanks(places) => self.remove_ranks(places),
            Command::SetStatus(at, up) => self.set_status(*at, *up),
            Command::SetProperty(at, key, value) => self.set_property(*at, key, *value),
            Command::Find(question, at) => {
                let asked = (*question, *at);
                finds::ask(
                    self.context(),
                    &self.machine,
                    &self.jobs,
                    &self.model,
                    asked,
                    self.now,
                )?;
                Ok(Fate::Idle)
            }
            Command::Wait(seconds) => {
                self.now += seconds;
                Ok(Fate::Idle)
            }
        }
    }

    fn context(&self) -> &Context {
        self.store.context()
    }

    /// Asks the store; the replica hears of what changed alone. One request of three may be repeated, and is.
    fn ask(&mut self, command: Asked) -> Result<Result<Told, RequestError>, Difference> {
        self.asked += 1;
        let id = self.asked.is_multiple_of(3).then(|| RequestId {
            key: format!("request {}", self.asked).into(),
            fingerprint: self.asked,
        });
        let request = KeyedCommand { id, command };
        let decided = self.decide_frugally(&request)?;
        let answered = match decided {
            Err(refusal) => Err(refusal),
            Ok(decided) => {
                if let Some(commit) = decided.commit.clone() {
                    let settled = self.store.settle(commit).map_err(|error| error.to_string())?;
                    let happening = Happening::of(settled.commit());
                    let read = written(settled)?;
                    if happening.is_none() || Happening::of(read.commit()) != happening {
                        return Err(format!("{happening:?} is read otherwise"));
                    }
                    self.replica.replay(&read).map_err(|error| error.to_string())?;
                    let context = self.replica.context();
                    happening.iter().for_each(|what| self.onlooker.hear(what, context));
                }
                Ok(decided.answered)
            }
        };
        let is_kept = answered.as_ref().map_or_else(|error| !error.may_pass(), |_| true);
        if request.id.is_some() && is_kept {
            let again = self.store.decide(&request, &Budget::UNLIMITED, &|| 0.0);
            let is_idle = again.as_ref().map_or(true, |decided| decided.commit.is_none());
            if again.map(|decided| decided.answered) != answered || !is_idle {
                return Err(format!("{answered:?} the first time, but not when asked again"));
            }
        }
        Ok(answered.map(|answered| answered.answer))
    }

    /// Decides within a small budget first. If that ends the search, nothing has changed, and what the search left behind
    /// does not show in the answer.
    fn decide_frugally(
        &mut self,
        request: &KeyedCommand,
    ) -> Result<Result<Proposal, RequestError>, Difference> {
        let before = self.store.fingerprint();
        let little = Budget::UNLIMITED.with_visits(self.asked * 7919 % 151);
        match self.store.decide(request, &little, &|| 0.0) {
            Err(RequestError::Match(error)) if error.kind() == MatchErrorKind::Budget => {
                if self.store.fingerprint() != before {
                    return Err("a search that was ended has changed something".to_owned());
                }
                let decided = self.store.decide(request, &Budget::UNLIMITED, &|| 0.0);
                self.without_why(decided)
            }
            decided => self.without_why(decided),
        }
    }

    /// A refusal as it is without an explanation, which speaks of the revision of now.
    fn without_why(
        &self,
        decided: Result<Proposal, RequestError>,
    ) -> Result<Result<Proposal, RequestError>, Difference> {
        match decided {
            Err(RequestError::Explained(_, why)) if why.revision != self.store.revision() => {
                Err(format!("{why:?} speaks of another revision"))
            }
            Err(RequestError::Explained(error, _)) => Ok(Err(RequestError::Match(error))),
            decided => Ok(decided),
        }
    }

    /// What must hold after every command.
    fn compare(&mut self, fate: Fate) -> Result<(), Difference> {
        self.context().check().map_err(|wrong| wrong.to_string())?;
        self.machine.compare(self.context())?;
        let found: Vec<_> =
            self.context().jobs().map(|job| (job.id.0, job.state, job.at)).collect();
        let expected: Vec<_> =
            self.jobs.0.iter().map(|job| (job.id, job.state, job.window.start)).collect();
        if found != expected {
            return Err(format!("the jobs {expected:?} expected, found {found:?}"));
        }
        let keys: Vec<_> = self.jobs.0.iter().map(|job| self.keys.key(job.id)).collect();
        let found: Vec<_> = self.jobs.0.iter().map(|j| self.store.job_key(JobId(j.id))).collect();
        if found != keys {
            return Err(format!("the keys {keys:?} expected, found {found:?}"));
        }
        if self.context().next_job() != JobId(self.next) {
            let found = self.context().next_job();
            return Err(format!("the next job {} expected, found {found}", self.next));
        }
        if fate == Fate::Done && self.store.revision() == Revision(self.revision + 1) {
            self.revision += 1;
        }
        if self.store.revision() != Revision(self.revision) {
            return Err(format!("revision {} expected, {}", self.revision, self.store.revision()));
        }
        self.onlooker.compare(&self.store)?;
        self.compare_replica()
    }

    /// Now and then store and replica go on as what is read of their snapshots.
    fn put_away(&mut self) -> Result<(), Difference> {
        for store in [&mut self.store, &mut self.replica] {
            let snapshot = store.snapshot(&refusal_as_sent);
            let restored = Store::restore(&snapshot).map_err(|error| error.to_string())?;
            if restored.fingerprint() != store.fingerprint() {
                return Err("the snapshot is of another store".to_owned());
            }
            if restored.snapshot(&refusal_as_sent) != snapshot {
                return Err("a snapshot of what was restored differs".to_owned());
            }
            if restored.pending().is_some() != store.pending().is_some() {
                return Err("what is carried was not restored".to_owned());
            }
            restored.context().check().map_err(|wrong| format!("restored: {wrong}"))?;
            *store = restored;
        }
        Ok(())
    }

    /// The commits since the graph was loaded, and what is carried to the next one, give the same store.
    fn compare_replica(&self) -> Result<(), Difference> {
        let replica = match self.store.pending() {
            None => &self.replica,
            Some(pending) => {
                let mut replica = self.replica.clone();
                replica.apply(&pending).map_err(|error| error.to_string())?;
                &replica.clone()
            }
        };
        replica.context().check().map_err(|wrong| format!("the replica: {wrong}"))?;
        if replica.fingerprint() != self.store.fingerprint() {
            return Err("the commits do not give the same store again".to_owned());
        }
        Ok(())
    }

    // --- jobs ---

    fn decide(
        &mut self,
        operation: MatchOperation,
        list: &[Element],
        duration: f64,
        constraint: Option<&Constraint>,
    ) -> Result<Fate, Difference> {
        let text = documents::jobspec(list, duration, constraint);
        let graph = self.context().graph();
        let parsed = fluxion_jobspec::parse(&text, &|name| graph.type_id(name).is_some());
        let job_key = self.keys.choose(self.asked);
        let taken = operation.books() && self.is_taken(&job_key);
        let found = self.ask(Asked::Match {
            operation,
            jobspec: text.clone(),
            now: self.now,
            wanted: Wanted { if_refused: self.if_refused(), ..Wanted::default() },
            job_key: job_key.clone(),
        })?;
        let found = match found {
            Ok(Told::Matched(matched)) => Ok(matched),
            Err(RequestError::Match(error)) => Err(error),
            Err(RequestError::JobExists(key)) if taken && key == job_key => {
                return Ok(Fate::Refused);
            }
            other => return Err(format!("{other:?} of {text}")),
        };
        if taken {
            return Err(format!("{found:?} although the key {job_key} is taken"));
        }
        let Ok(jobspec) = parsed else {
            let kind = found.map_err(|error| error.kind());
            let refused = kind == Err(MatchErrorKind::Jobspec);
            return if refused { Ok(Fate::Refused) } else { Err(format!("{kind:?} of {text}")) };
        };
        let expected = self.model.decide(operation, &jobspec, self.now);
        match (expected, found) {
            (Ok(Some(answer)), Ok(matched)) => {
                let id = matched.job.0;
                let granted = self.granted(operation, &jobspec, &answer, matched)?;
                if operation.books() {
                    self.keys.assign(id, &job_key);
                }
                Ok(granted)
            }
            (Ok(None), Ok(matched)) if matched.outcome == Outcome::Satisfiable => Ok(Fate::Idle),
            (Err(expected), Err(found)) if expected == refusal(found.kind()) => {
                if operation.books() && expected != Refused::Invalid {
                    self.next = self.jobs.after(self.next);
                }
                Ok(Fate::Refused)
            }
            (expected, found) => Err(format!("{expected:?} expected, found {found:?}")),
        }
    }

    /// Every other refusal is to be explained.
    fn if_refused(&self) -> IfRefused {
        if self.asked.is_multiple_of(2) { IfRefused::Said } else { IfRefused::Explained }
    }

    fn granted(
        &mut self,
        operation: MatchOperation,
        jobspec: &Jobspec,
        answer: &Answer,
        matched: Matched,
    ) -> Result<Fate, Difference> {
        let printed = answers::read(&self.machine, &matched.resources)?;
        let expected = self.emission(answer);
        let (at, id) = (answer.window.start, self.next);
        if (&printed, matched.at, matched.job) != (&expected, at, JobId(id)) {
            return Err(format!("{id} at {at}: {expected:?} expected, found {matched:?}"));
        }
        self.is_legal(jobspec, &printed, answer.window)?;
        self.printed.push(matched.resources);
        if !operation.books() {
            self.model.note_match(answer, self.now);
            let idle = !self.policy.contains("first") && !self.policy.contains("stop_on");
            return Ok(if idle { Fate::Idle } else { Fate::Done });
        }
        let allocation = at == self.now;
        self.jobs.add(Job {
            id,
            state: if allocation { JobState::Allocated } else { JobState::Reserved },
            window: answer.window,
            allocation,
            holds: Job::holds_of(&printed),
        });
        self.model.rebook(&self.jobs.held());
        self.model.note_match(answer, self.now);
        self.next = self.jobs.after(self.next);
        Ok(Fate::Done)
    }

    fn emission(&self, answer: &Answer) -> Printed {
        let vertices = answer.emission.vertices.iter().map(|v| Shown {
            vertex: v.vertex,
            amount: v.amount,
            exclusive: v.exclusive,
        });
        // the graph has been compared with the machine
        let known = self.store.context().graph().edges();
        let ends = |edge: &Edge| (edge.source.index(), edge.target.index());
        let edges = answer.emission.edges.iter().map(|edge| ends(&known[edge.edge]));
        Printed { vertices: vertices.collect(), edges: edges.collect() }
    }

    /// What no answer may do, however it was found.
    fn is_legal(
        &self,
        jobspec: &Jobspec,
        printed: &Printed,
        window: Window,
    ) -> Result<(), Difference> {
        let whole = |seconds: f64| if seconds == 0.0 { i64::MAX } else { seconds.ceil() as i64 };
        let end = window.start.saturating_add(whole(jobspec.duration)).min(3_153_600_000);
        if window.start < self.now || window.end != end {
            return Err(format!("{window:?} for {} s at {}", jobspec.duration, self.now));
        }
        for &Shown { vertex, exclusive, .. } in &printed.vertices {
            let taken = match exclusive && self.machine.is_tree() {
                true => self.jobs.touch(vertex, window),
                false => self.jobs.hold_alone(vertex, window),
            };
            let down = !exclusive && !self.machine.thing(vertex).up;
            if down || taken {
                return Err(format!("vertex {vertex} is down or taken in {window:?}"));
            }
        }
        Ok(())
    }

    fn is_taken(&self, key: &str) -> bool {
        self.keys.job(key).is_some_and(|job| self.jobs.is_live(job))
    }

    /// The name of a job: its key, if it has one and the moment is right.
    fn name(&self, id: u64) -> JobName {
        let key = self.keys.key(id);
        if self.asked.is_multiple_of(2) && !key.is_empty() {
            JobName::Key(key.to_owned())
        } else {
            JobName::Id(JobId(id))
        }
    }

    /// The number of some job of the table, or of none.
    fn pick(&self, at: usize) -> u64 {
        self.jobs.0.get(at % (self.jobs.0.len() + 1)).map_or(self.next, |job| job.id)
    }

    fn cancel(&mut self, at: usize) -> Result<Fate, Difference> {
        let id = self.pick(at);
        let found = self.ask(Asked::Cancel { job: self.name(id) })?;
        let expected = self.jobs.is_live(id);
        if expected != found.is_ok() {
            return Err(format!("job {id} is live: {expected}; {found:?}"));
        }
        let Some(job) = self.jobs.get_mut(id).filter(|job| job.is_live()) else {
            return Ok(Fate::Refused);
        };
        job.state = JobState::Canceled;
        job.holds.clear();
        self.model.rebook(&self.jobs.held());
        Ok(Fate::Done)
    }

    fn update(&mut self, update: &Update) -> Result<Fate, Difference> {
        let worded = updates::word(&self.machine, update, &self.printed);
        let id = update.of_table.map_or(update.job, |at| self.pick(at));
        let node_exclusive =
            self.policy.contains("nodex") || self.policy.contains("node_exclusive=true");
        let job_key = self.keys.choose(self.asked);
        let accepted = !self.jobs.is_live(id)
            && !self.is_taken(&job_key)
            && update.start >= 0
            && update.duration != 0;
        let expected =
            updates::expected(&self.machine, &self.jobs, update, &worded, node_exclusive);
        let expected = expected.filter(|_| accepted);
        let time = UpdateTime { start: update.start, duration: update.duration, now: 0 };
        let found = self.ask(Asked::Update {
            job: JobId(id),
            job_key: job_key.clone(),
            format: worded.format,
            resources: worded.text.clone(),
            time,
        })?;
        match (expected, found) {
            (None, Err(_)) => Ok(Fate::Refused),
            (Some((printed, holds)), Ok(Told::Updated(matched))) => {
                let found = answers::read(&self.machine, &matched.resources)?;
                if found != printed {
                    return Err(format!("{printed:?} expected, found {found:?}"));
                }
                let window = updates::window(update).ok_or("no window")?;
                let state =
                    if window.start == 0 { JobState::Allocated } else { JobState::Reserved };
                self.jobs.add(Job { id, state, window, allocation: true, holds });
                self.model.rebook(&self.jobs.held());
                if self.policy.contains("first") || self.policy.contains("stop_on") {
                    self.model.note_update(&printed.edges);
                }
                self.keys.assign(id, &job_key);
                self.next = self.jobs.after(id);
                Ok(Fate::Done)
            }
            (expected, found) => {
                let text = &worded.text;
                Err(format!("{text}: {expected:?} expected, found {found:?}"))
            }
        }
    }

    fn release(&mut self, at: usize, part: &Part) -> Result<Fate, Difference> {
        let id = self.pick(at);
        let job = self.jobs.get(id).filter(|job| job.state != JobState::Canceled).cloned();
        let (format, text, released) = self.part(job.as_ref(), part);
        let found =
            self.ask(Asked::PartialCancel { job: self.name(id), format, resources: text.clone() })?;
        let (Some(mut job), Some(released)) = (job, released) else {
            return match found {
                Err(_) => Ok(Fate::Refused),
                Ok(left) => Err(format!("{left:?} of job {id}, which cannot give back {text}")),
            };
        };
        job.release(&released);
        let left = if job.is_live() { Remainder::Something } else { Remainder::Nothing };
        self.jobs.add(job);
        self.model.rebook(&self.jobs.held());
        match found {
            Ok(Told::Released(job, found)) if (job, found) == (JobId(id), left) => Ok(Fate::Done),
            found => Err(format!("{left:?} of job {id} expected, found {found:?} of {text}")),
        }
    }

    /// The text that names a part of a job, and the vertices that must be released; none if it must fail.
    fn part(&self, job: Option<&Job>, part: &Part) -> (ReleaseFormat, String, Option<Vec<usize>>) {
        let alone = |v: &usize| job.is_some_and(|job| job.holds_alone(*v));
        let held: Vec<usize> =
            job.map_or_else(Vec::new, |job| job.holds.iter().map(|hold| hold.vertex).collect());
        if let Part::Ranks(places) = part {
            let known = self.machine.ranks();
            let rank = |at: &usize| known.get(at % (known.len() + 1)).copied().unwrap_or(77);
            let ranks: Vec<i32> = places.iter().map(rank).collect();
            let on = |rank: &i32| -> Vec<usize> {
                let there = held.iter().filter(|&&v| self.machine.thing(v).rank == *rank);
                there.copied().filter(|v| alone(v)).collect()
            };
            let all = !ranks.is_empty() && ranks.iter().all(|rank| !on(rank).is_empty());
            let released: Option<Vec<usize>> = all.then(|| ranks.iter().flat_map(on).collect());
            let released = released.map(|released| self.opened(job, released));
            let entry = |rank: &i32| format!(r#"{{"rank": "{rank}"}}"#);
            let entries: Vec<String> = ranks.iter().map(entry).collect();
            let text =
                format!(r#"{{"version": 1, "execution": {{"R_lite": [{}]}}}}"#, entries.join(","));
            return (ReleaseFormat::Rv1exec, text, released);
        }
        let vertices: Vec<usize> = match part {
            _ if held.is_empty() => vec![self.machine.root],
            Part::Vertices(places) => places.iter().map(|at| held[at % held.len()]).collect(),
            Part::Ranks(_) => Vec::new(),
            Part::Whole(at) => {
                let below = self.machine.subtree(held[at % held.len()]);
                held.iter().copied().filter(|v| below.contains(v) && alone(v)).collect()
            }
        };
        let mut once = vertices.clone();
        once.sort_unstable();
        once.dedup();
        let fits = once.len() == vertices.len() && once.iter().all(alone) && !once.is_empty();
        let text = documents::jgf(&self.machine, &vertices, &[], &vertices);
        (ReleaseFormat::Jgf, text, fits.then_some(vertices))
    }

    /// What is released on ranks, with what the job holds above without a rank; with the last rank everything.
    fn opened(&self, job: Option<&Job>, mut released: Vec<usize>) -> Vec<usize> {
        let Some(job) = job else { return released };
        let on_ranks = released.clone();
        let has_rank = |v: &usize| self.machine.thing(*v).rank >= 0;
        let alone: Vec<usize> =
            job.holds.iter().filter(|h| h.exclusive).map(|h| h.vertex).collect();
        if alone.iter().all(|v| !has_rank(v) || on_ranks.contains(v)) {
            return alone;
        }
        let opens = |v: &&usize| {
            !has_rank(v) && job.holds_below(**v).iter().any(|below| on_ranks.contains(below))
        };
        released.extend(alone.iter().filter(opens));
        released
    }

    // --- the machine ---

    /// Below anything but what several vertices share, which must stay a leaf (`docs/semantics/matching.md`,
    /// Leaves with several parents).
    fn attach(&mut self, parent: usize, items: &[Item]) -> Result<Fate, Difference> {
        let is_shared = |v: &usize| self.machine.edges.iter().filter(|e| e.1 == *v).count() > 1;
        let present: Vec<usize> = self.machine.present().filter(|v| !is_shared(v)).collect();
        let parent = present[parent % present.len()];
        let grown = self.machine.grown(parent, items);
        let mut listed: Vec<usize> = self.machine.path_up(parent).collect();
        listed.reverse();
        listed.extend(self.machine.things.len()..grown.things.len());
        let inside = |e: &&(usize, usize)| listed.contains(&e.0) && listed.contains(&e.1);
        let edges: Vec<(usize, usize)> = grown.edges.iter().filter(inside).copied().collect();
        let text = documents::jgf(&grown, &listed, &edges, &[]);
        let found = self.ask(Asked::Grow { jgf: text })?.map_err(|error| error.to_string())?;
        let added = grown.things.len() - self.machine.things.len();
        if found != Told::Grown(added) {
            return Err(format!("{added} new vertices expected, found {found:?}"));
        }
        let numbers: Vec<Option<usize>> = (0..self.machine.things.len()).map(Some).collect();
        self.machine = grown;
        self.serve(&numbers);
        Ok(Fate::Done)
    }

    /// A machine that grows by what it has already.
    fn attach_like(&mut self, at: usize) -> Result<Fate, Difference> {
        let present: Vec<usize> = self.machine.present().collect();
        let vertex = present[at % present.len()];
        let Some(parent) = self.machine.parent(vertex).filter(|_| self.machine.is_tree()) else {
            return Ok(Fate::Idle);
        };
        let item = self.machine.item(vertex);
        let place = present.iter().position(|&v| v == parent).unwrap_or_default();
        self.attach(place, &[item])
    }

    fn attach_in_vain(&mut self, at: usize) -> Result<Fate, Difference> {
        let root = documents::jgf(&self.machine, &[self.machine.root], &[], &[]);
        let present: Vec<usize> = self.machine.present().collect();
        let everything = documents::jgf(&self.machine, &present, &self.machine.edges, &[]);
        let other = root.replace(&self.machine.thing(self.machine.root).path, "/other0");
        let texts = [everything, "{".to_owned(), other, root.replace("nodes", "vertices")];
        let at = at % texts.len();
        match (at, self.ask(Asked::Grow { jgf: texts[at].clone() })?) {
            (0, Ok(Told::Grown(0))) => Ok(Fate::Idle),
            (1.., Err(_)) => Ok(Fate::Refused),
            (_, found) => Err(format!("{found:?} of {}", texts[at])),
        }
    }

    fn remove(&mut self, at: usize) -> Result<Fate, Difference> {
        let present: Vec<usize> = self.machine.present().collect();
        let vertex = present[at % present.len()];
        let path = if at.is_multiple_of(13) { "/no" } else { &self.machine.thing(vertex).path };
        let path = path.to_owned();
        let refused = path == "/no" || vertex == self.machine.root;
        let found = self.remove_all(Target::Path(path.clone()))?;
        if refused {
            return found.map_or(Ok(Fate::Refused), |_| Err(format!("{path} was removed")));
        }
        found.map_err(|error| error.to_string())?;
        self.shrink(&[vertex]);
        Ok(Fate::Done)
    }

    fn remove_ranks(&mut self, places: &[usize]) -> Result<Fate, Difference> {
        let known = self.machine.ranks();
        let rank = |at: &usize| known.get(at % (known.len() + 1)).copied().unwrap_or(77);
        let mut ranks: Vec<i32> = places.iter().map(rank).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let text: Vec<String> = ranks.iter().map(i32::to_string).collect();
        let found = self.remove_all(Target::Ranks(text.join(",")))?;
        if ranks.contains(&77) || ranks.is_empty() {
            return found.map_or(Ok(Fate::Refused), |_| Err(format!("{ranks:?} were removed")));
        }
        found.map_err(|error| format!("{ranks:?}: {error}"))?;
        let on = |v: &usize| ranks.contains(&self.machine.thing(*v).rank);
        let gone: Vec<usize> = self.machine.present().filter(on).collect();
        self.shrink(&gone);
        Ok(Fate::Done)
    }

    fn remove_all(&mut self, target: Target) -> Result<Result<Told, RequestError>, Difference> {
        self.ask(Asked::Shrink { target, held: HeldResources::Release })
    }

    fn shrink(&mut self, gone: &[usize]) {
        let numbers;
        let graph = self.store.context().graph();
        let is_as_long = graph.vertices().len() == self.machine.things.len();
        let holes = if is_as_long { Holes::Left } else { Holes::Closed };
        (self.machine, numbers) = self.machine.without(gone, holes);
        for job in &mut self.jobs.0 {
            job.lose(&numbers);
        }
        self.serve(&numbers);
    }

    fn serve(&mut self, numbers: &[Option<usize>]) {
        self.model.serve(self.store.context().graph(), self.filters, numbers);
        self.model.rebook(&self.jobs.held());
    }

    fn set_status(&mut self, at: usize, up: bool) -> Result<Fate, Difference> {
        let present: Vec<usize> = self.machine.present().collect();
        let vertex = present[at % present.len()];
        let path = self.machine.thing(vertex).path.clone();
        let status = if up { Status::Up } else { Status::Down };
        let target = Target::Path(path);
        let found = self.ask(Asked::Mark { target, extent: Extent::Vertex, status })?;
        if found != Ok(Told::Marked(1)) {
            return Err(format!("one vertex expected, found {found:?}"));
        }
        self.machine.things[vertex].up = up;
        self.model.set_up(vertex, up);
        Ok(Fate::Done)
    }

    fn set_property(&mut self, at: usize, key: &str, value: u32) -> Result<Fate, Difference> {
        let present: Vec<usize> = self.machine.present().collect();
        let vertex = present[at % present.len()];
        let (path, value) = (self.machine.thing(vertex).path.clone(), value.to_string());
        let (name, text) = (key.to_owned(), value.clone());
        let found = self.ask(Asked::SetProperty { path, key: name, value: text })?;
        if found != Ok(Told::PropertySet(1)) {
            return Err(format!("one vertex expected, found {found:?}"));
        }
        let properties = &mut self.machine.things[vertex].properties;
        properties.retain(|(known, _)| known != key);
        properties.push((key.to_owned(), value.clone()));
        properties.sort();
        self.model.set_property(vertex, key, &value);
        Ok(Fate::Done)
    }
}

fn refusal(kind: MatchErrorKind) -> Refused {
    match kind {
        MatchErrorKind::Busy => Refused::Busy,
        MatchErrorKind::Unsatisfiable => Refused::Unsatisfiable,
        _ => Refused::Invalid,
    }
}
