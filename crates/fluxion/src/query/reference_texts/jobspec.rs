//! Jobspecs that cannot be read: what the YAML library of the reference says begins with its name.

use fluxion_context::{JobspecError, JobspecErrorKind};

/// What is wrong with a jobspec.
pub(super) fn jobspec_error(error: &JobspecError) -> String {
    match (error.kind(), error.position()) {
        (JobspecErrorKind::Syntax | JobspecErrorKind::Conversion, Some(at)) => {
            format!(
                "yaml-cpp: error at line {}, column {}: {}",
                at.line,
                at.column,
                error.specified()
            )
        }
        (JobspecErrorKind::Syntax | JobspecErrorKind::Conversion, None) => {
            format!("yaml-cpp: {}", error.specified())
        }
        (JobspecErrorKind::Rule | JobspecErrorKind::Limit, _) => error.specified().to_owned(),
    }
}
