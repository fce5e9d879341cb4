//! The resources of a graph: find, status, properties, growing and shrinking, figures.

use crate::proto::v1::{
    FindRequest, GetPropertiesRequest, GetStatsRequest, GetStatusRequest, GrowRequest,
    SetPropertyRequest, SetStatusRequest, ShrinkRequest, Target, target,
};
use crate::v1::{
    Error, FindResponse, GetPropertiesResponse, GetStatsResponse, GetStatusResponse, Graph,
    GrowResponse, SetPropertyResponse, SetStatusResponse, ShrinkJobs, ShrinkResponse, Status,
};

/// Which vertices are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vertices {
    /// All at a path.
    Path(String),
    /// Those of ranks, an idset such as `0-3,7`.
    Ranks(String),
}

impl Vertices {
    pub(super) fn target(self) -> Option<Target> {
        let target = match self {
            Self::Path(path) => target::Target::Path(path),
            Self::Ranks(ranks) => target::Target::Ranks(ranks),
        };
        Some(Target { target: Some(target) })
    }
}

/// How far a status goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// The vertices themselves.
    #[default]
    Vertices,
    /// All that lies below them too.
    Subtree,
}

impl Graph {
    /// The resources that meet criteria, say `status=down` or `sched-now=free`; `now` in seconds.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the criteria cannot be read.
    pub async fn find(&self, criteria: &str, now: i64) -> Result<FindResponse, Error> {
        let criteria = criteria.to_owned();
        let request = FindRequest { graph: self.name.clone(), criteria, now };
        let mut service = self.server.resource_service();
        self.server.call("Find", service.find(request)).await
    }

    /// The status of vertices.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such path or rank.
    pub async fn status(&self, vertices: Vertices) -> Result<GetStatusResponse, Error> {
        let request = GetStatusRequest { graph: self.name.clone(), target: vertices.target() };
        let mut service = self.server.resource_service();
        self.server.call("GetStatus", service.get_status(request)).await
    }

    /// Takes vertices out of service, or back into it. Jobs that hold them are not affected.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such path or rank.
    pub async fn set_status(
        &self,
        vertices: Vertices,
        status: Status,
        reach: Reach,
    ) -> Result<SetStatusResponse, Error> {
        let request = SetStatusRequest {
            graph: self.name.clone(),
            target: vertices.target(),
            status: status.into(),
            subtree: reach == Reach::Subtree,
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.resource_service();
        self.server.call("SetStatus", service.set_status(request)).await
    }

    /// The properties of the vertices at a path.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such path.
    pub async fn properties(
        &self,
        path: impl Into<String>,
    ) -> Result<GetPropertiesResponse, Error> {
        let request = GetPropertiesRequest { graph: self.name.clone(), path: path.into() };
        let mut service = self.server.resource_service();
        self.server.call("GetProperties", service.get_properties(request)).await
    }

    /// Sets a property of the vertices at a path.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such path.
    pub async fn set_property(
        &self,
        path: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<SetPropertyResponse, Error> {
        let request = SetPropertyRequest {
            graph: self.name.clone(),
            path: path.into(),
            key: key.into(),
            value: value.into(),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.resource_service();
        self.server.call("SetProperty", service.set_property(request)).await
    }

    /// Attaches a subgraph: a JGF of what is new, with the path from the root to it.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the text cannot be read or does not fit in.
    pub async fn grow(&self, jgf: impl Into<String>) -> Result<GrowResponse, Error> {
        let (graph, request_key) = (self.name.clone(), self.request_key.clone());
        let request = GrowRequest {
            graph,
            jgf: jgf.into(),
            request_key,
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.resource_service();
        let grown = async { service.grow(request).await.map(tonic::Response::into_inner) };
        self.server.long_call("Grow", grown).await
    }

    /// Removes vertices with all that lies below them.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such path or rank; `FAILED_PRECONDITION`: a job holds something there, and its
    /// resources were not to be released; or the root would go.
    pub async fn shrink(
        &self,
        vertices: Vertices,
        jobs: ShrinkJobs,
    ) -> Result<ShrinkResponse, Error> {
        let request = ShrinkRequest {
            graph: self.name.clone(),
            target: vertices.target(),
            jobs: jobs.into(),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        };
        let mut service = self.server.resource_service();
        self.server.call("Shrink", service.shrink(request)).await
    }

    /// Figures: sizes, jobs, matches.
    ///
    /// # Errors
    /// `NOT_FOUND`: there is no such graph.
    pub async fn stats(&self) -> Result<GetStatsResponse, Error> {
        let mut service = self.server.resource_service();
        let request = GetStatsRequest { graph: self.name.clone() };
        self.server.call("GetStats", service.get_stats(request)).await
    }
}
