//! How a graph is looked at. A short look takes a turn, and one that may take long looks at a view on a thread beside; while the
//! graph is busy with something long, both look at the view that stands for it meanwhile. So a look waits for
//! changes that its own client has on their way, and for no others.
//!
//! A look at a busy graph that finds no view waits a little; if the same is still going on then, it is interrupted, once: a view
//! is made, and it begins again. Who looks at a graph that is often busy finds a view there already.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fluxion_context::Budget;
use fluxion_store::Store;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::{GraphThread, Stopping};
use crate::transport::call_notes::CallNotes;
use crate::transport::faults::Stopped;
use crate::transport::readers::Reading;
use crate::transport::seen::{Seen, View};
use crate::transport::served_graph::Extent;
use crate::transport::serving::{Serving, Summary};
use crate::transport::turns::{Cost, Crowded};
use crate::transport::work::{GatedReply, Turn, Work};

/// How long the same may go on before it is interrupted for those who look.
const PATIENCE: Duration = Duration::from_millis(1);

/// How often it is asked whether a revision has come that is on its way.
const GLANCE: Duration = Duration::from_millis(5);

/// Nobody waits longer for a revision, whatever a call may take.
const LONGEST: Duration = Duration::from_secs(3600);

type Reply<T> = oneshot::Receiver<GatedReply<T>>;

/// What came first.
enum Came<T> {
    /// The turn.
    Turn(GatedReply<T>),
    /// A view that will do.
    View(Arc<View>),
}

impl GraphThread {
    /// Looks at the graph, as it is after all that its client has asked for before, or at the revision that the call wants at
    /// least. If the future is dropped before, nothing is looked at.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        cost: Cost,
        look: impl FnOnce(Seen<'_>) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        self.reach().await?;
        let reading = async {
            match cost {
                Cost::Cheap => self.glance(look).await,
                Cost::Dear => self.study(|view, budget| look(view.seen(budget))).await,
            }
        };
        self.within_a_call(reading).await
    }

    /// As [`GraphThread::read`], for questions of which something is remembered for speed, and nothing else.
    pub(crate) async fn question<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Store, &Budget) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        self.reach().await?;
        self.within_a_call(self.study(|view, budget| view.ask(|store| look(store, budget)))).await
    }

    /// What the graph was after the last request that was carried out: nobody waits for a busy one, but for the disk, or for the
    /// revision that the call wants at least.
    pub(crate) async fn outline(&self) -> Result<Summary, Stopped> {
        self.reach().await?;
        let summary = self.summary();
        self.durable().await?;
        CallNotes::of_task().iter().for_each(|notes| notes.saw(summary.revision));
        Ok(summary)
    }

    /// Does something in a turn of its own that changes nothing, and cannot be done beside.
    pub(crate) async fn errand<T: Send + 'static>(
        &self,
        errand: impl FnOnce(&mut Serving) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let done = async {
            let (entered, answer) = self.enter_look(Extent::Whole, errand)?;
            let reply = self.turn(answer).await;
            drop(entered);
            self.released(reply?).await
        };
        self.within_a_call(done).await
    }

    /// The graph as it is, or as it was before what goes on now: a look at it waits for nobody.
    async fn view(&self) -> Result<Arc<View>, Stopped> {
        if let Some(view) = self.view_at_once(None) {
            return Ok(view);
        }
        let (entered, mut answer) = self.enter_look(Extent::Brief, |serving| serving.view())?;
        match self.turn_or_view(&mut answer, &entered).await? {
            Came::Turn(reply) => Ok(reply.answer),
            Came::View(view) => Ok(view),
        }
    }

    /// As [`GraphThread::view`], for a call that wants a revision at least; returns when all that it shows is durable.
    pub(crate) async fn durable_view(&self) -> Result<Arc<View>, Stopped> {
        self.reach().await?;
        let view = self.within_a_call(self.view()).await?;
        if let Some(gate) = view.gate() {
            gate.passed().await?;
        }
        CallNotes::of_task().iter().for_each(|notes| notes.saw(view.revision()));
        Ok(view)
    }

    /// A look that is short.
    async fn glance<T: Send + 'static>(
        &self,
        look: impl FnOnce(Seen<'_>) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        if let Some(view) = self.view_at_once(None) {
            return self.beside(view, look).await;
        }
        let place = Arc::new(Mutex::new(Some(look)));
        let take = move || place.lock().unwrap_or_else(PoisonError::into_inner).take();
        let of_turn = take.clone();
        let (entered, mut answer) = self
            .enter_look(Extent::Whole, move |serving| of_turn().map(|look| look(serving.seen())))?;
        let came = self.turn_or_view(&mut answer, &entered).await?;
        let reply = match came {
            Came::Turn(reply) => reply,
            Came::View(view) => match take() {
                Some(look) => return self.beside(view, look).await,
                // its turn has come as well
                None => self.turn(answer).await?,
            },
        };
        drop(entered);
        self.released(reply).await?.ok_or(Stopped::Fault)
    }

    /// A short look at a view: on a thread that may wait, as it may print much.
    async fn beside<T: Send + 'static>(
        &self,
        view: Arc<View>,
        look: impl FnOnce(Seen<'_>) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let stopping = Stopping::<Turn>::alone();
        let drawn = self.budget(&stopping);
        let looking = move || {
            let answer = look(view.seen(&drawn));
            GatedReply { answer, drawn, gate: view.gate(), revision: view.revision() }
        };
        let reply = tokio::task::spawn_blocking(looking).await.map_err(|_| Stopped::Fault)?;
        self.released(reply).await
    }

    /// A look that may take long, at a view, when its turn comes among those who take long.
    async fn study<T: Send + 'static>(
        &self,
        look: impl FnOnce(&View, &Budget) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let view = self.view().await?;
        let mut stopping = Stopping::alone();
        let (drawn, (reply, answer)) = (self.budget(&stopping), oneshot::channel());
        let look = move || {
            if !reply.is_closed() {
                let answer = look(&view, &drawn);
                let (gate, revision) = (view.gate(), view.revision());
                let _ = reply.send(GatedReply { answer, drawn, gate, revision });
            }
        };
        let (queue, stop) = (self.shared.readers.queue(), stopping.stop.clone());
        let entered =
            queue.enter_if_room(self.origin, Cost::Dear, Reading { stop, look: Box::new(look) });
        entered.map_err(|Crowded| Stopped::Crowded(self.shared.home.bounds.queue))?;
        stopping.line = Some((queue, self.origin));
        let reply = self.turn(answer).await?;
        stopping.line = None;
        self.released(reply).await
    }

    /// What a look may cost.
    fn budget<T: super::Stoppable>(&self, stopping: &Stopping<T>) -> Budget {
        let most = self.shared.home.bounds.largest_text;
        stopping.stop.budget().with_largest_text(most).with_account(self.shared.account())
    }

    /// Queues a look.
    fn enter_look<T: Send + 'static>(
        &self,
        extent: Extent,
        look: impl FnOnce(&mut Serving) -> T + Send + 'static,
    ) -> Result<(Stopping<Turn>, Reply<T>), Stopped> {
        CallNotes::of_task().iter().for_each(|notes| notes.look(&self.shared.home.name));
        let (reply, answer) = oneshot::channel();
        let work = Work::Look(Box::new(move |serving| {
            if !reply.is_closed() {
                let (answer, drawn) = (look(serving), serving.budget.clone());
                let (gate, revision) = (serving.gate(), serving.store.revision().0);
                let _ = reply.send(GatedReply { answer, drawn, gate, revision });
            }
        }));
        Ok((self.enter_as(extent, Cost::Cheap, work)?, answer))
    }

    /// Waits until a look has its turn, or there is a view that will do. Whatever goes on for too long meanwhile is interrupted.
    async fn turn_or_view<T>(
        &self,
        answer: &mut Reply<T>,
        entered: &Stopping<Turn>,
    ) -> Result<Came<T>, Stopped> {
        let mut turns = self.shared.turns();
        loop {
            let made = self.shared.views.made();
            tokio::select! {
                biased;
                reply = &mut *answer => return match reply {
                    Ok(reply) => Ok(Came::Turn(reply)),
                    Err(_) => Err(self.shared.why_stopped().await),
                },
                () = made => {}
                () = tokio::time::sleep(PATIENCE) => {
                    if self.shared.turns() == turns && self.may_look_beside(Some(entered)) {
                        self.shared.views.seek();
                    }
                    turns = self.shared.turns();
                }
            }
            if let Some(view) = self.view_at_once(Some(entered)) {
                return Ok(Came::View(view));
            }
        }
    }

    /// The view that stands for the graph, if that is busy, and the view will do.
    fn view_at_once(&self, entered: Option<&Stopping<Turn>>) -> Option<Arc<View>> {
        if !self.may_look_beside(entered) {
            return None;
        }
        let view = self.shared.views.current()?;
        let least = CallNotes::of_task().and_then(|notes| notes.least_revision());
        let will_do = least.is_none_or(|least| view.revision() >= least);
        will_do.then(|| {
            self.shared.views.was_of_use();
            view
        })
    }

    /// Whether somebody else has the graph busy: what has been asked for over the same connection comes first, unless the call says
    /// which revision it wants.
    fn may_look_beside(&self, entered: Option<&Stopping<Turn>>) -> bool {
        if !self.queue.is_busy() || self.is_dropped() {
            return false;
        }
        let says_itself =
            CallNotes::of_task().is_some_and(|notes| notes.least_revision().is_some());
        let is_change = |turn: &Turn| matches!(turn.work, Work::Execute(_));
        let is_own = |turn: &Turn| entered.is_some_and(|own| own.stop.is_same(&turn.stop));
        says_itself || !self.queue.has_of(self.origin, is_change, is_own)
    }

    /// Waits for the revision that the call wants at least, as long as anything is on its way.
    async fn reach(&self) -> Result<(), Stopped> {
        let Some(asked) = CallNotes::of_task().and_then(|notes| notes.least_revision()) else {
            return Ok(());
        };
        let end = Instant::now() + self.shared.home.bounds.call.min(LONGEST);
        loop {
            // before the revision: what ends in between has told it
            let is_busy = self.queue.is_busy();
            let at = self.summary().revision;
            if at >= asked {
                return Ok(());
            }
            if !is_busy || Instant::now() >= end {
                CallNotes::of_task().iter().for_each(|notes| notes.saw(at));
                return Err(Stopped::Behind { asked, at });
            }
            let _ = timeout_at(end, tokio::time::sleep(GLANCE)).await;
        }
    }

    /// The answer of a turn.
    async fn turn<T>(&self, answer: Reply<T>) -> Result<GatedReply<T>, Stopped> {
        match answer.await {
            Ok(reply) => Ok(reply),
            Err(_) => Err(self.shared.why_stopped().await),
        }
    }

    /// An answer, once all that it has seen is durable.
    async fn released<T>(&self, reply: GatedReply<T>) -> Result<T, Stopped> {
        let revision = reply.revision;
        let answer = reply.released().await?;
        CallNotes::of_task().iter().for_each(|notes| notes.saw(revision));
        Ok(answer)
    }
}
