//! Resource sets that clients send and get.

use fluxion_context::{MatchFormat, ReleaseFormat, UpdateFormat};
use tonic::Status;

use crate::proto::fluxion::v1::ResourceSet;
use crate::v1::{failure, names};

/// A text as a resource set.
pub(crate) fn tell(format: MatchFormat, text: String) -> ResourceSet {
    ResourceSet { format: names::resource_format(format).into(), text }
}

/// The format of what is given back; `own` if unspecified.
pub(crate) fn release_format(set: &ResourceSet, own: MatchFormat) -> Result<ReleaseFormat, Status> {
    match named(set, own)? {
        MatchFormat::Jgf | MatchFormat::JgfFull => Ok(ReleaseFormat::Jgf),
        MatchFormat::Rv1 | MatchFormat::Rv1Nosched | MatchFormat::Rv1Shorthand => {
            Ok(ReleaseFormat::Rv1exec)
        }
        other => Err(unreadable(other, "JGF or a form of RV1")),
    }
}

/// The format of what is put back; `own` if unspecified.
pub(crate) fn update_format(set: &ResourceSet, own: MatchFormat) -> Result<UpdateFormat, Status> {
    match named(set, own)? {
        MatchFormat::Jgf | MatchFormat::JgfFull => Ok(UpdateFormat::Jgf),
        MatchFormat::JgfShorthand => Ok(UpdateFormat::JgfShorthand),
        MatchFormat::Rv1 | MatchFormat::Rv1Nosched | MatchFormat::Rv1Shorthand => {
            Ok(UpdateFormat::Rv1exec)
        }
        other => Err(unreadable(other, "JGF, JGF_SHORTHAND or a form of RV1")),
    }
}

fn named(set: &ResourceSet, own: MatchFormat) -> Result<MatchFormat, Status> {
    Ok(names::match_format("resources.format", set.format)?.unwrap_or(own))
}

fn unreadable(format: MatchFormat, expected: &str) -> Status {
    let what = format!("`{format}` cannot be read: expected {expected}");
    failure::invalid("resources.format", what)
}
