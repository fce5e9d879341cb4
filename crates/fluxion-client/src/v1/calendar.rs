//! The calendar of a graph: maintenance and advance reservations.

use crate::proto::v1::{DropWindowRequest, GetWindowRequest, ListWindowsRequest, SetWindowRequest};
use crate::v1::{
    DropWindowResponse, Error, GetWindowResponse, Graph, OnConflict, Recurrence, SetWindowResponse,
    Window, WindowKind, WindowSpan, WindowTargets, WindowWhen,
};

impl Window {
    /// Nobody gets these vertices while it lasts.
    pub fn maintenance(name: impl Into<String>, targets: WindowTargets) -> Self {
        let kind = WindowKind::Maintenance.into();
        Self { name: name.into(), kind, targets: Some(targets), ..Self::default() }
    }

    /// Requests that name it get these vertices while it lasts.
    pub fn reservation(name: impl Into<String>, targets: WindowTargets) -> Self {
        let kind = WindowKind::Reservation.into();
        Self { name: name.into(), kind, targets: Some(targets), ..Self::default() }
    }

    /// Once, from its start until before its end, in seconds on the axis of the graph.
    #[must_use]
    pub fn once(self, start: i64, end: i64) -> Self {
        Self { when: Some(WindowWhen::Span(WindowSpan { start, end })), ..self }
    }

    /// Again and again. The graph must go by the clock of the server.
    #[must_use]
    pub fn recurring(self, recurrence: Recurrence) -> Self {
        Self { when: Some(WindowWhen::Recurrence(recurrence)), ..self }
    }

    /// From so many seconds after the present on, which moves on: no job may last longer.
    #[must_use]
    pub fn floating(self, lead: i64) -> Self {
        Self { when: Some(WindowWhen::FloatingLead(lead)), ..self }
    }

    /// May share vertices and time with other windows that may, too.
    #[must_use]
    pub fn overlapping(self) -> Self {
        Self { overlap: true, ..self }
    }

    /// Says something to people.
    #[must_use]
    pub fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

impl WindowTargets {
    /// All vertices at some paths.
    pub fn paths<T: Into<String>>(paths: impl IntoIterator<Item = T>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The nodes of some ranks, an idset.
    pub fn ranks(ranks: impl Into<String>) -> Self {
        Self { ranks: ranks.into(), ..Self::default() }
    }

    /// What is found by criteria.
    pub fn criteria(criteria: impl Into<String>) -> Self {
        Self { criteria: criteria.into(), ..Self::default() }
    }

    /// What a jobspec gets for the time of the window.
    pub fn jobspec(jobspec: impl Into<String>) -> Self {
        Self { jobspec: jobspec.into(), ..Self::default() }
    }
}

/// What becomes of jobs that a new window meets, and at what time it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SetWindow {
    /// Of jobs that have started; they are in the way if unspecified.
    pub running: OnConflict,
    /// Of reservations.
    pub reserved: OnConflict,
    /// The present, in seconds, if the graph has no clock.
    pub now: i64,
}

impl Graph {
    /// Sets a window, in place of an earlier one of the same name.
    ///
    /// # Errors
    /// `NOT_FOUND`: no vertex is meant; `FAILED_PRECONDITION`: jobs or another window are in the way.
    pub async fn set_window(
        &self,
        window: Window,
        how: SetWindow,
    ) -> Result<SetWindowResponse, Error> {
        self.ask_for_window(SetWindowRequest { window: Some(window), ..Self::asked(how) }).await
    }

    /// What setting a window would come to: nothing is changed.
    ///
    /// # Errors
    /// As for [`Graph::set_window`].
    pub async fn try_window(
        &self,
        window: Window,
        how: SetWindow,
    ) -> Result<SetWindowResponse, Error> {
        let request = SetWindowRequest { window: Some(window), dry_run: true, ..Self::asked(how) };
        self.ask_for_window(request).await
    }

    fn asked(how: SetWindow) -> SetWindowRequest {
        let SetWindow { running, reserved, now } = how;
        let (running, reserved) = (running.into(), reserved.into());
        SetWindowRequest { running, reserved, now, ..SetWindowRequest::default() }
    }

    async fn ask_for_window(&self, request: SetWindowRequest) -> Result<SetWindowResponse, Error> {
        let (graph, request_key) = (self.name.clone(), self.request_key.clone());
        let incarnation = self.incarnation.clone();
        let request = SetWindowRequest { graph, request_key, incarnation, ..request };
        let mut service = self.server.calendar_service();
        self.server.call("SetWindow", service.set_window(request)).await
    }

    /// Ends a window, now and for ever.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such window.
    pub async fn drop_window(&self, name: impl Into<String>) -> Result<DropWindowResponse, Error> {
        let request = DropWindowRequest {
            graph: self.name.clone(),
            name: name.into(),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.calendar_service();
        self.server.call("DropWindow", service.drop_window(request)).await
    }

    /// One window, with the jobs that it meets. `now` in seconds, 0 if the graph has a clock.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such window.
    pub async fn window(
        &self,
        name: impl Into<String>,
        now: i64,
    ) -> Result<GetWindowResponse, Error> {
        let request = GetWindowRequest { graph: self.name.clone(), name: name.into(), now };
        let mut service = self.server.calendar_service();
        self.server.call("GetWindow", service.get_window(request)).await
    }

    /// All windows, by name. `now` in seconds, 0 if the graph has a clock.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn windows(&self, now: i64) -> Result<Vec<Window>, Error> {
        let request = ListWindowsRequest { graph: self.name.clone(), now };
        let mut service = self.server.calendar_service();
        let told = self.server.call("ListWindows", service.list_windows(request)).await?;
        Ok(told.windows)
    }
}
