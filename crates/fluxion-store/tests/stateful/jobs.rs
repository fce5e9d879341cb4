//! The jobs as a plain list, with all that each holds. Whatever else is known of them is computed from it.

use fluxion_context::JobState;

use crate::answers::Printed;
use crate::model::Window;
use crate::model::changes::Held;

/// A vertex that a job holds, or passes through on its way down.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    pub(crate) vertex: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) exclusive: bool,
    pub(crate) amount: u64,
    /// Whether the job named it; what a policy adds to an update is not named.
    pub(crate) named: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) state: JobState,
    pub(crate) window: Window,
    /// Whether the vertices list it as an allocation, whatever its state.
    pub(crate) allocation: bool,
    pub(crate) holds: Vec<Hold>,
}

impl Job {
    /// What a printed resource set makes a job hold.
    pub(crate) fn holds_of(printed: &Printed) -> Vec<Hold> {
        let parent = |v| printed.edges.iter().find(|e| e.1 == v).map(|e| e.0);
        let hold = |shown: &crate::answers::Shown| Hold {
            vertex: shown.vertex,
            parent: parent(shown.vertex),
            exclusive: shown.exclusive,
            amount: shown.amount,
            named: true,
        };
        printed.vertices.iter().map(hold).collect()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.state != JobState::Canceled
    }

    /// What it holds or passes through strictly below a vertex.
    pub(crate) fn holds_below(&self, top: usize) -> Vec<usize> {
        let parent = |v: usize| self.holds.iter().find(|h| h.vertex == v).and_then(|h| h.parent);
        let is_below = |v: &usize| {
            let above = std::iter::successors(parent(*v), |&v| parent(v));
            above.take(self.holds.len()).any(|v| v == top)
        };
        self.holds.iter().map(|h| h.vertex).filter(is_below).collect()
    }

    pub(crate) fn holds_alone(&self, vertex: usize) -> bool {
        self.holds.iter().any(|h| h.vertex == vertex && h.exclusive)
    }

    /// Lets go of what the job holds alone on some vertices; what it only passed through on the way there goes
    /// too.
    pub(crate) fn release(&mut self, vertices: &[usize]) {
        let released = self.holds.iter_mut().filter(|h| vertices.contains(&h.vertex));
        released.for_each(|hold| hold.exclusive = false);
        self.tidy();
    }

    /// Loses what it holds on vertices that are gone; the others have new numbers.
    pub(crate) fn lose(&mut self, numbers: &[Option<usize>]) {
        let before = self.holds.len();
        let now = |hold: &Hold| {
            let vertex = numbers[hold.vertex]?;
            let parent = hold.parent.and_then(|parent| numbers[parent]);
            Some(Hold { vertex, parent, ..hold.clone() })
        };
        self.holds = self.holds.iter().filter_map(now).collect();
        if self.holds.len() < before {
            self.tidy();
        }
    }

    fn tidy(&mut self) {
        loop {
            let parents: Vec<usize> = self.holds.iter().filter_map(|h| h.parent).collect();
            let before = self.holds.len();
            self.holds.retain(|h| h.exclusive || parents.contains(&h.vertex));
            if self.holds.len() == before {
                break;
            }
        }
        if self.holds.is_empty() {
            self.state = JobState::Canceled;
        }
    }

    fn is_at(&self, vertex: usize, window: Window, alone: bool) -> bool {
        let there = self.holds.iter().any(|h| h.vertex == vertex && (h.exclusive || !alone));
        self.is_live() && there && self.window.overlaps(window)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs(pub(crate) Vec<Job>);

impl Jobs {
    pub(crate) fn live(&self) -> impl Iterator<Item = &Job> {
        self.0.iter().filter(|job| job.is_live())
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Job> {
        self.0.iter().find(|job| job.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Job> {
        self.0.iter_mut().find(|job| job.id == id)
    }

    pub(crate) fn is_live(&self, id: u64) -> bool {
        self.get(id).is_some_and(Job::is_live)
    }

    /// Adds a job, in place of an earlier one with its number.
    pub(crate) fn add(&mut self, job: Job) {
        self.0.retain(|other| other.id != job.id);
        self.0.push(job);
        self.0.sort_by_key(|job| job.id);
    }

    /// The first number after one that no live job has.
    pub(crate) fn after(&self, id: u64) -> u64 {
        let mut next = id.wrapping_add(1);
        while self.is_live(next) {
            next = next.wrapping_add(1);
        }
        next
    }

    /// Whether a job holds a vertex for itself at some time in a window.
    pub(crate) fn hold_alone(&self, vertex: usize, window: Window) -> bool {
        self.0.iter().any(|job| job.is_at(vertex, window, true))
    }

    /// Whether a job holds a vertex, or something below it, at some time in a window.
    pub(crate) fn touch(&self, vertex: usize, window: Window) -> bool {
        self.0.iter().any(|job| job.is_at(vertex, window, false))
    }

    /// Everything that is held, in the words of the matcher.
    pub(crate) fn held(&self) -> Vec<Held> {
        let of = |job: &Job| {
            let (id, window, allocation) = (job.id, job.window, job.allocation);
            let held = move |hold: &Hold| Held {
                job: id,
                vertex: hold.vertex,
                parent: hold.parent,
                window,
                exclusive: hold.exclusive,
                amount: hold.amount,
                allocation,
                listed: hold.named,
            };
            job.holds.iter().map(held).collect::<Vec<_>>()
        };
        self.live().flat_map(of).collect()
    }
}
