//! What is told to whoever may not call: in the same words for all services.

use fluxion_access::{Denial, Permission, Principal};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::access::auth_failures::AuthFailure;
use crate::message::{DOMAIN, Reason, exhausted};

fn refused<const N: usize>(
    code: Code,
    failure: AuthFailure,
    message: &str,
    named: [(&str, &str); N],
) -> Status {
    failure.count();
    let mut details = ErrorDetails::new();
    let named = named.map(|(name, value)| (name.to_owned(), value.to_owned()));
    details.set_error_info(failure.as_str(), DOMAIN, named);
    Status::with_error_details(code, message, details)
}

/// The caller shows nothing.
pub(crate) fn no_credential() -> Status {
    let message = "this server wants to know who calls: send `authorization: Bearer TOKEN`, or a client certificate that it knows";
    refused(Code::Unauthenticated, AuthFailure::NoCredential, message, [])
}

/// What the caller shows leads to nobody.
pub(crate) fn denied(denial: Denial) -> Status {
    match denial {
        Denial::Unknown => {
            let message = "the token or certificate is not known";
            refused(Code::Unauthenticated, AuthFailure::WrongCredential, message, [])
        }
        Denial::Expired => {
            let message = "the token or certificate has expired: ask for a new one";
            refused(Code::Unauthenticated, AuthFailure::ExpiredCredential, message, [])
        }
    }
}

/// The caller has guessed too often.
pub(crate) fn too_many_failures() -> Status {
    AuthFailure::FailedAttempts.count();
    let message = "too many calls from this address had a wrong credential: try again later";
    exhausted(Reason::FailedAttempts, message.to_owned())
}

/// The role does not include what the call needs.
pub(crate) fn role_too_small(principal: &Principal, permission: Permission) -> Status {
    let (role, needed) = (principal.role.as_str(), permission.least_role().as_str());
    let message =
        format!("`{}` has the role {role}, and the call needs {needed}, or admin", principal.id);
    let named = [("principal", &*principal.id), ("role", role), ("needed", needed)];
    refused(Code::PermissionDenied, AuthFailure::RoleTooSmall, &message, named)
}

/// The graph is none of the caller's.
pub(crate) fn out_of_scope(principal: &Principal, graph: &str) -> Status {
    let message = format!("`{}` may not use a graph named `{graph}`", principal.id);
    let (message, graph) = (crate::message::told(&message, 300), crate::message::told(graph, 100));
    let named = [("principal", &*principal.id), ("graph", graph.as_str())];
    refused(Code::PermissionDenied, AuthFailure::GraphOutOfScope, &message, named)
}

/// The call is about all graphs, and some are none of the caller's.
pub(crate) fn not_all_graphs(principal: &Principal) -> Status {
    let message = format!("`{}` may not use all graphs, which the call needs", principal.id);
    let named = [("principal", &*principal.id), ("graph", "*")];
    refused(Code::PermissionDenied, AuthFailure::GraphOutOfScope, &message, named)
}

/// Nobody may make a call that is not known.
pub(crate) fn no_such_call() -> Status {
    Status::unimplemented("there is no such call")
}

/// Nobody is asked who calls, so that nobody can show that they may do this.
pub(crate) fn only_near() -> Status {
    let message = "only on the machine of the server itself, or with the token of an admin where the server knows who calls (--auth-file)";
    Status::permission_denied(message)
}
