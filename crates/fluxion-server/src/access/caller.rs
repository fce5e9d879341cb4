//! Who makes a call, as the services see it.

use std::sync::Arc;

use fluxion_access::{CertificateName, Credential, Permission, Principal};
use tonic::Status;

use crate::access::guarded::Guarded;
use crate::access::refusal;
use crate::transport::asked_by::AskedBy;
use crate::transport::parties::StreamPace;
use crate::transport::turns::Origin;

/// Somebody who calls and may do so.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    name: Arc<str>,
    /// Nothing where everybody may do everything.
    rights: Option<Rights>,
}

#[derive(Clone, Debug)]
struct Rights {
    principal: Arc<Principal>,
    /// Without which it could not have called.
    least: Permission,
    credential: Credential,
    guarded: Arc<Guarded>,
}

impl Identity {
    /// The owner of a certificate, where nobody asks for more.
    pub(crate) fn unchecked(name: &CertificateName) -> Self {
        Self { name: name.to_string().into(), rights: None }
    }

    /// A principal, and what it has shown.
    pub(crate) fn checked(
        principal: Arc<Principal>,
        least: Permission,
        (credential, guarded): (Credential, Arc<Guarded>),
    ) -> Self {
        let name = Arc::clone(&principal.id);
        Self { name, rights: Some(Rights { principal, least, credential, guarded }) }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Whether it may do what needs this permission.
    pub(crate) fn check(&self, permission: Permission) -> Result<(), Status> {
        match &self.rights {
            Some(Rights { principal, .. }) if !principal.permits(permission) => {
                Err(refusal::role_too_small(principal, permission))
            }
            _ => Ok(()),
        }
    }

    /// Who it is now, by the same credential; a refusal if it may not call any more. Nothing where everybody may.
    pub(crate) fn recheck(&self) -> Result<Option<Arc<Principal>>, Status> {
        let Some(Rights { least, credential, guarded, .. }) = &self.rights else { return Ok(None) };
        let principal = guarded.find(credential).map_err(refusal::denied)?;
        match principal.permits(*least) {
            true => Ok(Some(principal)),
            false => Err(refusal::role_too_small(&principal, *least)),
        }
    }

    /// Who keeps the list on which it is, if there is one.
    pub(crate) fn guarded(&self) -> Option<&Arc<Guarded>> {
        self.rights.as_ref().map(|rights| &rights.guarded)
    }

    fn principal(&self) -> Option<&Principal> {
        self.rights.as_ref().map(|rights| &*rights.principal)
    }
}

/// Marks a call from another machine by somebody who does not say who it is, where that matters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stranger;

/// Who makes a call, and over which connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// For whom it waits its turn.
    pub(crate) origin: Origin,
    /// How fast it may go on asking, if it streams.
    pace: Option<StreamPace>,
    identity: Option<Arc<Identity>>,
    is_stranger: bool,
}

impl Caller {
    /// Of a call.
    pub(crate) fn of<T>(request: &tonic::Request<T>) -> Self {
        let extensions = request.extensions();
        let identity = extensions.get::<Arc<Identity>>().cloned();
        let pace = extensions.get::<StreamPace>().cloned();
        let is_stranger = extensions.get::<Stranger>().is_some();
        Self { origin: Origin::of(request), pace, identity, is_stranger }
    }

    /// Waits until it may ask for something more in its stream. If the future is dropped, nothing has changed.
    pub(crate) async fn ready(&self) {
        if let Some(pace) = &self.pace {
            pace.ready().await;
        }
    }

    /// It has asked for something more in its stream.
    pub(crate) fn charge(&self) {
        self.pace.iter().for_each(StreamPace::charge);
    }

    /// What it is called in logs and journals.
    pub(crate) fn asked_by(&self) -> AskedBy {
        AskedBy::principal(self.identity.as_ref().map(|one| &one.name))
    }

    /// Whether it may do what needs this permission.
    pub(crate) fn check(&self, permission: Permission) -> Result<(), Status> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check(permission))
    }

    /// Whether it may use a graph, be there one of the name or not.
    pub(crate) fn check_graph(&self, name: &str) -> Result<(), Status> {
        match self.principal() {
            Some(principal) if !principal.graphs.contains(name) => {
                Err(refusal::out_of_scope(principal, name))
            }
            _ => Ok(()),
        }
    }

    /// Whether it may use all graphs, those included that are no more.
    pub(crate) fn check_all_graphs(&self) -> Result<(), Status> {
        match self.principal() {
            Some(principal) if !principal.graphs.is_everything() => {
                Err(refusal::not_all_graphs(principal))
            }
            _ => Ok(()),
        }
    }

    /// Whether it may know of a graph.
    pub(crate) fn may_see(&self, name: &str) -> bool {
        !self.is_stranger
            && self.principal().is_none_or(|principal| principal.graphs.contains(name))
    }

    /// Whether it may go on using a graph, in a call that goes on.
    pub(crate) fn recheck(&self, name: &str) -> Result<(), Status> {
        let Some(identity) = &self.identity else { return Ok(()) };
        match identity.recheck()? {
            Some(principal) if !principal.graphs.contains(name) => {
                Err(refusal::out_of_scope(&principal, name))
            }
            _ => Ok(()),
        }
    }

    fn principal(&self) -> Option<&Principal> {
        self.identity.as_ref()?.principal()
    }
}
