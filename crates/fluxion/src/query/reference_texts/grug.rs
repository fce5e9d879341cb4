//! Recipes that cannot be read.

use fluxion_context::{GrugError, GrugErrorKind};

/// What the recipe reader says.
pub(super) fn grug_error(error: &GrugError) -> &'static str {
    match error.kind() {
        GrugErrorKind::UnknownMethod(_) => "unknown generation method; ",
        GrugErrorKind::Xml(_)
        | GrugErrorKind::Root(_)
        | GrugErrorKind::Attribute { .. }
        | GrugErrorKind::UnknownField(_)
        | GrugErrorKind::FieldType { .. }
        | GrugErrorKind::Value { .. }
        | GrugErrorKind::TooLarge
        | GrugErrorKind::TooLong
        | GrugErrorKind::Graph(_) => "error in reading grug string; ",
    }
}
