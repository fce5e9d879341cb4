//! An update that did not succeed.

use fluxion_context::{
    Level, NotBooked, RefusedVertex, Role, UpdateError, UpdateFormat, UpdateRefusal,
};

use super::jgf::jgf_error;
use super::rv1::rv1_error;
use super::unprintable;

/// What follows `ERROR: `: what the reader of the reference says, and where it is silent what is wrong.
pub(crate) fn update_error(error: &UpdateError) -> String {
    let text = match error {
        UpdateError::LiveJob(_) => return "existing Jobid ".to_owned(),
        UpdateError::Time(time) => {
            return format!("invalid time ({}, {})", time.start, time.duration);
        }
        UpdateError::Jgf(error) => jgf_error(error),
        UpdateError::Rv1(error) => rv1_error(error),
        UpdateError::NotBooked(fault) => not_booked(fault),
        UpdateError::Writer(fault) => format!("match writer emit: {}", unprintable(fault)),
    };
    match text.trim_end() {
        "" => error.to_string(),
        text => text.to_owned(),
    }
}

fn not_booked(fault: &NotBooked) -> String {
    let Some(vertex) = &fault.vertex else { return String::new() };
    let name = &vertex.name;
    let rv1 = |fault| unpacking(vertex, fault);
    match (fault.reason, fault.format) {
        (UpdateRefusal::Nothing, _) => String::new(),
        (UpdateRefusal::Repeated(_), _) => {
            format!("find_vtx: found duplicate JGF node id for {}.", vertex.uniq_id)
        }
        (UpdateRefusal::Taken(_), UpdateFormat::Rv1exec) => rv1(format!("{name} is unavailable.")),
        (UpdateRefusal::Window(_), UpdateFormat::Rv1exec) => {
            rv1(format!("can't add span into {name}."))
        }
        (UpdateRefusal::Taken(named), _) if named.role != Role::Held => {
            format!("update_vtx_plan: {name} is unavailable.")
        }
        (UpdateRefusal::Taken(_) | UpdateRefusal::Window(_), _) => {
            format!("update_vtx_plan: can't add span into {name}.")
        }
    }
}

/// The two lines of the R reader about a node or a child.
fn unpacking(vertex: &RefusedVertex, fault: String) -> String {
    let what = match vertex.level {
        Level::BelowRoot => "rank",
        Level::Other => "child",
    };
    let name = &vertex.name;
    format!("update_vertex: {fault}\nunpack_{what}: failed unpacking {what} for {name}.")
}
