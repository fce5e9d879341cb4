//! Asks every call who makes it, before anything else looks at it.

use std::sync::{Arc, Mutex, PoisonError};

use fluxion_access::{
    AccessList, CallNeeds, CallRow, CallShape, Credential, Denial, Permission, Principal,
    ShownToken, row,
};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use tonic::Status;

use crate::access::caller::{Identity, Stranger};
use crate::access::failed_attempts::FailuresOfAddress;
use crate::access::guarded::Guarded;
use crate::access::lease::Lease;
use crate::access::peer::Peer;
use crate::access::refusal;

/// Lets everybody call, or those on its list. Clones share the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard(Option<Arc<Guarded>>);

impl Guard {
    /// Nobody but those on the list.
    pub(crate) fn of(list: AccessList) -> Self {
        Self(Some(Arc::new(Guarded::new(list))))
    }

    /// Another list, from now on, for streams that are open too.
    pub(crate) fn replace(&self, list: AccessList) {
        if let Some(guarded) = &self.0 {
            guarded.replace(list);
        }
    }

    /// Where the calls of a connection come in.
    pub(crate) fn door(&self, peer: Peer) -> Door {
        Door { guard: self.clone(), peer, remembered: Arc::default() }
    }
}

/// Where the calls of a connection come in. Clones share what it remembers.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    guard: Guard,
    peer: Peer,
    remembered: Arc<Mutex<Option<Remembered>>>,
}

/// The last header that led to somebody, and what was read from it.
type Remembered = (HeaderValue, Arc<ShownToken>);

impl Door {
    /// Finds out who calls and whether they may, and notes it in the request. What comes back ends the answer when they
    /// may not any more.
    pub(crate) fn admit<B>(
        &self,
        request: &mut http::Request<B>,
    ) -> Result<Option<Lease>, Box<Status>> {
        let Some(guarded) = &self.guard.0 else {
            if let Some(name) = self.peer.names.first() {
                request.extensions_mut().insert(Arc::new(Identity::unchecked(name)));
            }
            return Ok(None);
        };
        let row = row(request.uri().path());
        if row.is_some_and(|row| self.is_open(row)) {
            self.look(guarded, request);
            return Ok(None);
        }
        let (credential, principal) = self.identify(guarded, request)?;
        let row = row.ok_or_else(refusal::no_such_call)?;
        let Some(least) = row.needs.at_least() else { return Ok(None) };
        let identity = Identity::checked(principal, least, (credential, Arc::clone(guarded)));
        identity.check(least)?;
        let identity = Arc::new(identity);
        let lease = (row.shape == CallShape::Stream).then(|| Lease::of(&identity));
        request.extensions_mut().insert(identity);
        Ok(lease)
    }

    /// Whether what a request shows is the credential of somebody who administers the whole server; where nobody is asked who calls,
    /// only who is on the same machine does.
    pub(crate) fn admit_admin<B>(&self, request: &http::Request<B>) -> Result<(), Box<Status>> {
        if self.peer.is_near() {
            return Ok(());
        }
        let guarded = self.guard.0.as_ref().ok_or_else(refusal::only_near)?;
        let (_, principal) = self.identify(guarded, request)?;
        match principal {
            principal if !principal.permits(Permission::Administer) => {
                Err(refusal::role_too_small(&principal, Permission::Administer).into())
            }
            principal if !principal.graphs.is_everything() => {
                Err(refusal::not_all_graphs(&principal).into())
            }
            _ => Ok(()),
        }
    }

    /// Notes who makes a call that is open to everybody, if that can be told: what it is told may depend on it.
    fn look<B>(&self, guarded: &Arc<Guarded>, request: &mut http::Request<B>) {
        let shows = request.headers().contains_key(AUTHORIZATION) || !self.peer.names.is_empty();
        let found = if shows { self.identify(guarded, request).ok() } else { None };
        match found {
            Some((credential, principal)) => {
                let shown = (credential, Arc::clone(guarded));
                let identity = Identity::checked(principal, Permission::Read, shown);
                request.extensions_mut().insert(Arc::new(identity));
            }
            None if self.peer.is_near() => {}
            None => drop(request.extensions_mut().insert(Stranger)),
        }
    }

    fn is_open(&self, row: &CallRow) -> bool {
        match row.needs {
            CallNeeds::Nothing => true,
            CallNeeds::ReadFromAfar => self.peer.is_near(),
            CallNeeds::One(_) | CallNeeds::ByOperation | CallNeeds::ByGraph => false,
        }
    }

    fn identify<B>(
        &self,
        guarded: &Guarded,
        request: &http::Request<B>,
    ) -> Result<(Credential, Arc<Principal>), Box<Status>> {
        let header = request.headers().get(AUTHORIZATION);
        let credential = match header {
            Some(header) => self.recall(header).map(Credential::Token),
            None if self.peer.names.is_empty() => return Err(refusal::no_credential().into()),
            None => Some(Credential::Certificate(Arc::clone(&self.peer.names))),
        };
        // who was known is known without another try
        if let Some(credential) = credential
            && let Ok(principal) = guarded.find(&credential)
        {
            return Ok((credential, principal));
        }
        self.try_anew(guarded, header)
    }

    /// What the connection showed before.
    fn recall(&self, header: &HeaderValue) -> Option<Arc<ShownToken>> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, shown) = remembered.as_ref()?;
        (known == header).then(|| Arc::clone(shown))
    }

    fn try_anew(
        &self,
        guarded: &Guarded,
        header: Option<&HeaderValue>,
    ) -> Result<(Credential, Arc<Principal>), Box<Status>> {
        let address = self.peer.address;
        if guarded.failures.is_blocked(address) {
            return Err(refusal::too_many_failures().into());
        }
        let shown = match header {
            Some(header) => shown(header).map(|shown| Credential::Token(Arc::new(shown))),
            None => Some(Credential::Certificate(Arc::clone(&self.peer.names))),
        };
        let found = shown.ok_or(Denial::Unknown).and_then(|shown| {
            let principal = guarded.find(&shown)?;
            Ok((shown, principal))
        });
        match found {
            Ok((credential, principal)) => {
                self.remember(header, &credential);
                Ok((credential, principal))
            }
            Err(denial) => {
                if guarded.failures.note(address) == FailuresOfAddress::TooMany {
                    tracing::warn!(?address, "too many wrong credentials: the address has to wait");
                } else {
                    tracing::debug!(
                        ?address,
                        ?denial,
                        "a call was refused: nobody is known by its credential"
                    );
                }
                Err(refusal::denied(denial).into())
            }
        }
    }

    fn remember(&self, header: Option<&HeaderValue>, credential: &Credential) {
        if let (Some(header), Credential::Token(shown)) = (header, credential) {
            let remembered = Some((header.clone(), Arc::clone(shown)));
            *self.remembered.lock().unwrap_or_else(PoisonError::into_inner) = remembered;
        }
    }
}

/// The token in `authorization: Bearer TOKEN`.
fn shown(header: &HeaderValue) -> Option<ShownToken> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    ShownToken::read(token.trim())
}

#[cfg(test)]
mod tests {
    use fluxion_access::{AccessRole, GraphScope, Token, TokenEntry};
    use tonic::Code;

    use super::*;

    const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    const LIST: &str = "/fluxion.v1.GraphService/ListGraphs";

    fn token() -> Token {
        Token::new("ci", &[7; 32]).unwrap()
    }

    fn guard() -> Guard {
        let (digest, role, graphs) = (token().digest(), AccessRole::Read, GraphScope::all());
        let entry = TokenEntry { id: "ci".to_owned(), digest, role, graphs, expires: None };
        Guard::of(AccessList::read(&entry.to_string()).unwrap())
    }

    fn request(path: &str, shows: Option<&Token>) -> http::Request<()> {
        let request = http::Request::builder().uri(path);
        let request = match shows {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {}", token.as_str())),
            None => request,
        };
        request.body(()).unwrap()
    }

    #[track_caller]
    fn check(door: &Door, path: &str, shows: Option<&Token>, expected: Option<Code>) {
        let refusal = door.admit(&mut request(path, shows)).err();
        assert_eq!(refusal.map(|status| status.code()), expected, "{path} {door:?}");
    }

    #[test]
    fn reflection_is_open_to_those_who_are_near() {
        let refused = Some(Code::Unauthenticated);
        for (address, expected) in [
            ("127.0.0.1:1", None),
            ("[::ffff:127.0.0.1]:1", None),
            ("[::1]:1", None),
            ("192.0.2.1:1", refused),
            ("[2001:db8::1]:1", refused),
        ] {
            let door = guard().door(Peer::at(Some(address.parse().unwrap())));
            check(&door, REFLECTION, None, expected);
            check(&door, REFLECTION, Some(&token()), None);
            check(&door, LIST, None, refused);
        }
        check(&guard().door(Peer::at(None)), REFLECTION, None, None);
    }

    #[test]
    fn who_is_known_is_heard_where_others_have_guessed_too_often() {
        let (guard, peer) = (guard(), Peer::at(Some("192.0.2.1:1".parse().unwrap())));
        let wrong = Token::new("ci", &[8; 32]).unwrap();
        let (known, other) = (guard.door(peer.clone()), guard.door(peer));
        check(&known, LIST, Some(&token()), None);
        for _ in 0..64 {
            check(&other, LIST, Some(&wrong), Some(Code::Unauthenticated));
        }
        check(&other, LIST, Some(&wrong), Some(Code::ResourceExhausted));
        check(&other, LIST, Some(&token()), Some(Code::ResourceExhausted));
        check(&known, LIST, Some(&token()), None);
    }

    /// Whom a check of the health comes from: nothing if that does not matter.
    #[track_caller]
    fn look(address: &str, shows: Option<&Token>, expected: &str) {
        let door = guard().door(Peer::at(Some(address.parse().unwrap())));
        let mut request = request("/grpc.health.v1.Health/Check", shows);
        assert!(door.admit(&mut request).unwrap().is_none());
        let identity = request.extensions().get::<Arc<Identity>>();
        let stranger = request.extensions().get::<Stranger>().map(|_| "a stranger");
        let told = identity.map(|one| &**one.name()).or(stranger).unwrap_or_default();
        assert_eq!(told, expected, "{address} {shows:?}");
    }

    #[test]
    fn health_is_open_and_yet_it_is_known_who_asks() {
        let (right, wrong) = (token(), Token::new("ci", &[8; 32]).unwrap());
        for address in ["127.0.0.1:1", "192.0.2.1:1"] {
            look(address, Some(&right), "ci");
        }
        for shows in [None, Some(&wrong)] {
            look("127.0.0.1:1", shows, "");
            look("192.0.2.1:1", shows, "a stranger");
        }
    }

    /// What an admin port answers to a request.
    #[track_caller]
    fn admin(guard: &Guard, address: &str, shows: Option<&Token>, expected: Option<Code>) {
        let door = guard.door(Peer::at(Some(address.parse().unwrap())));
        let refusal = door.admit_admin(&request("/config", shows)).err();
        assert_eq!(refusal.map(|status| status.code()), expected, "{address} {shows:?}");
    }

    #[test]
    fn who_administers_from_another_machine_shows_the_token_of_an_admin_of_all_graphs() {
        let token = |id| Token::new(id, &[7; 32]).unwrap();
        let entry = |id, role, graphs: &str| {
            let graphs = GraphScope::new([graphs]).unwrap();
            let digest = token(id).digest();
            TokenEntry { id: id.to_owned(), digest, role, graphs, expires: None }.to_string()
        };
        let text = entry("root", AccessRole::Admin, "*")
            + &entry("some", AccessRole::Admin, "prod-*")
            + &entry("ops", AccessRole::Operate, "*");
        let guard = Guard::of(AccessList::read(&text).unwrap());
        let (near, far) = ("127.0.0.1:1", "192.0.2.1:1");
        admin(&guard, near, None, None);
        admin(&guard, far, Some(&token("root")), None);
        admin(&guard, far, None, Some(Code::Unauthenticated));
        for id in ["some", "ops"] {
            admin(&guard, far, Some(&token(id)), Some(Code::PermissionDenied));
        }
        // wrong ones count, as those of calls do
        for _ in 0..64 {
            admin(&guard, far, Some(&token("nobody")), Some(Code::Unauthenticated));
        }
        admin(&guard, far, Some(&token("root")), Some(Code::ResourceExhausted));
        admin(&Guard::default(), far, Some(&token("root")), Some(Code::PermissionDenied));
        admin(&Guard::default(), near, None, None);
    }

    #[test]
    fn without_a_list_everybody_may_call() {
        let door = Guard::default().door(Peer::at(None));
        check(&door, LIST, None, None);
        check(&door, "/a.B/C", None, None);
    }
}
