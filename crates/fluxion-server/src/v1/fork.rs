//! A fork: a copy of a graph on which something is tried, and what is told of it.

use std::sync::Arc;
use std::time::Duration;

use fluxion_access::Permission;
use fluxion_store::Incarnation;
use tonic::Status;

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::{ForkRequest, Graph};
use crate::transport::registry::Registry;
use crate::v1::create::check_name;
use crate::v1::describe::describe;
use crate::v1::failure;
use crate::v1::targets::Named;

/// Seconds for which a fork stays: usually, and at most.
const LIFETIME: u32 = 600;
const LONGEST_LIFETIME: u32 = 24 * 60 * 60;

/// Makes a fork. Whoever does may read its origin, and use a graph of its name.
pub(crate) async fn fork(
    registry: &Arc<Registry>,
    caller: &Caller,
    request: ForkRequest,
) -> Result<Graph, Status> {
    let lifetime = lifetime(request.seconds)?;
    let origin = Named::find(registry, &request.graph, caller)?;
    let name = match request.name.as_str() {
        "" => registry.fork_name(origin.name()),
        name => name.to_owned(),
    };
    check_name("name", &name)?;
    caller.check_graph(&name)?;
    let forked = registry.fork((origin.name(), &origin.thread), &name, lifetime).await;
    let fork = forked.map_err(|error| failure::not_forked(origin.name(), &name, &error))?;
    describe(&name, &fork).await
}

fn lifetime(seconds: u32) -> Result<Duration, Status> {
    match seconds {
        0 => Ok(Duration::from_secs(LIFETIME.into())),
        1..=LONGEST_LIFETIME => Ok(Duration::from_secs(seconds.into())),
        _ => {
            let what = format!("{seconds}: expected at most {LONGEST_LIFETIME} seconds");
            Err(failure::invalid("seconds", what))
        }
    }
}

/// Which load of a graph somebody may drop, if it means `meant`: whoever does not administer drops forks only.
pub(crate) fn droppable(
    registry: &Registry,
    (name, caller): (&str, &Caller),
    meant: Option<Incarnation>,
) -> Result<Option<Incarnation>, Status> {
    let may_drop_all = caller.check(Permission::Administer);
    match registry.graph(name) {
        // and no other graph of the name
        Some(fork) if fork.fork_of().is_some() => Ok(Some(meant.unwrap_or(fork.incarnation()))),
        None if may_drop_all.is_err() => Err(failure::no_graph(name)),
        _ => may_drop_all.map(|()| meant),
    }
}
