//! Jobspecs that cannot be read: what the YAML library of the reference says begins with its name.

use fluxion_context::{JobspecError, JobspecErrorKind};

/// What is wrong with a jobspec.
pub(super) fn jobspec_error(error: &JobspecError) -> String {
    match (error.kind(), error.position()) {
        (JobspecErrorKind::Syntax | JobspecErrorKind::Conversion, Some(at)) => {
            format!("yaml-cpp: error at line {}, column {}: {error}", at.line, at.column)
        }
        (JobspecErrorKind::Syntax | JobspecErrorKind::Conversion, None) => {
            format!("yaml-cpp: {error}")
        }
        (JobspecErrorKind::Rule | JobspecErrorKind::Limit, _) => error.to_string(),
    }
}
