//! The fields of recipe vertices and edges: their names, types and values (`docs/semantics/readers.md`,
//! Recipe fields).

use super::error::GrugErrorKind;
use super::recipe::{RecipeEdge, RecipeVertex};

/// Longest value in bytes: defaults are copied to every recipe vertex.
const MAX_VALUE: usize = 1024;

/// The type of a field, and where its value goes.
pub(super) enum FieldTarget<'r> {
    /// Within i32.
    Int(&'r mut i64),
    /// Within i64.
    Long(&'r mut i64),
    /// Any text.
    Text(&'r mut String),
    /// Text without white space.
    Word(&'r mut String),
    /// Text that does not matter.
    Ignored,
}

impl FieldTarget<'_> {
    fn declared(&self) -> &'static str {
        match self {
            Self::Int(_) => "int",
            Self::Long(_) => "long",
            Self::Text(_) | Self::Word(_) | Self::Ignored => "string",
        }
    }
}

/// Something that has fields.
pub(super) trait Fields {
    /// The field of a name, with the name.
    fn target(&mut self, name: &str) -> Option<(&'static str, FieldTarget<'_>)>;
}

impl Fields for RecipeVertex {
    fn target(&mut self, name: &str) -> Option<(&'static str, FieldTarget<'_>)> {
        Some(match name {
            "root" => ("root", FieldTarget::Int(&mut self.root)),
            "type" => ("type", FieldTarget::Word(&mut self.ty)),
            "basename" => ("basename", FieldTarget::Text(&mut self.basename)),
            "unit" => ("unit", FieldTarget::Text(&mut self.unit)),
            "size" => ("size", FieldTarget::Long(&mut self.size)),
            "subsystem" => ("subsystem", FieldTarget::Word(&mut self.subsystem)),
            _ => return None,
        })
    }
}

impl Fields for RecipeEdge {
    fn target(&mut self, name: &str) -> Option<(&'static str, FieldTarget<'_>)> {
        Some(match name {
            "e_subsystem" => ("e_subsystem", FieldTarget::Word(&mut self.subsystem)),
            "relation" => ("relation", FieldTarget::Ignored),
            "rrelation" => ("rrelation", FieldTarget::Ignored),
            "gen_method" => ("gen_method", FieldTarget::Text(&mut self.method)),
            "multi_scale" => ("multi_scale", FieldTarget::Int(&mut self.scale)),
            "id_scope" => ("id_scope", FieldTarget::Int(&mut self.id_scope)),
            "id_start" => ("id_start", FieldTarget::Int(&mut self.id_start)),
            "id_stride" => ("id_stride", FieldTarget::Int(&mut self.id_stride)),
            "as_tgt_subsystem" => ("as_tgt_subsystem", FieldTarget::Word(&mut self.path_subsystem)),
            "as_tgt_uplvl" => ("as_tgt_uplvl", FieldTarget::Int(&mut self.target_up)),
            "as_src_uplvl" => ("as_src_uplvl", FieldTarget::Int(&mut self.source_up)),
            _ => return None,
        })
    }
}

/// Whether any recipe vertex or edge has a field of this name.
pub(super) fn is_field(name: &str) -> bool {
    RecipeVertex::default().target(name).is_some() || RecipeEdge::default().target(name).is_some()
}

/// Sets the field `name`, declared with type `declared`, to a value whose surrounding white space is gone.
///
/// # Errors
/// There is no such field, the type is not its type, or the value does not suit it.
pub(super) fn set(
    fields: &mut impl Fields,
    name: &str,
    declared: &str,
    value: &str,
) -> Result<(), GrugErrorKind> {
    let Some((field, target)) = fields.target(name) else {
        return Err(GrugErrorKind::UnknownField(name.to_owned()));
    };
    let expected = target.declared();
    if declared != "string" && declared != expected {
        return Err(GrugErrorKind::FieldType { field, expected, found: declared.to_owned() });
    }
    if value.len() > MAX_VALUE {
        let value = value.chars().take(20).collect::<String>() + "...";
        return Err(GrugErrorKind::Value { field, value, expected: "at most 1024 bytes long" });
    }
    let invalid = |expected| GrugErrorKind::Value { field, value: value.to_owned(), expected };
    match target {
        FieldTarget::Int(to) => {
            *to = number(declared, value)
                .filter(|n| i32::try_from(*n).is_ok())
                .ok_or_else(|| invalid("an integer within 32 bits"))?;
        }
        FieldTarget::Long(to) => {
            *to = number(declared, value).ok_or_else(|| invalid("an integer within 64 bits"))?;
        }
        FieldTarget::Word(_) if value.contains(|c: char| c.is_ascii_whitespace()) => {
            return Err(invalid("free of white space"));
        }
        FieldTarget::Text(to) | FieldTarget::Word(to) => value.clone_into(to),
        FieldTarget::Ignored => {}
    }
    Ok(())
}

/// An empty value is the number 0 where the key is declared as a string.
fn number(declared: &str, value: &str) -> Option<i64> {
    if value.is_empty() && declared == "string" {
        return Some(0);
    }
    value.parse().ok()
}
