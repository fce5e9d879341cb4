//! Why a context could not be made.

use fluxion_budget::{Exhausted, Stopped};
use fluxion_engine::{InvalidFilter, SetupError, UnknownPolicy, UnknownTraverser};
use fluxion_formats::read::Position;
use fluxion_formats::read::grug::GrugError;
use fluxion_formats::read::hwloc::HwlocError;
use fluxion_formats::read::jgf::{JgfError, JgfErrorKind};
use fluxion_formats::read::rv1::Rv1Error;

use crate::options::LoadFormat;
use crate::subsystems::UnknownSubsystems;

/// A context could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The policy is not known.
    #[error(transparent)]
    Policy(#[from] UnknownPolicy),
    /// The traverser is not known.
    #[error(transparent)]
    Traverser(#[from] UnknownTraverser),
    /// The matcher name stands for no subsystems.
    #[error(transparent)]
    Subsystems(#[from] UnknownSubsystems),
    /// The pruning filters cannot be read.
    #[error(transparent)]
    PruneFilters(#[from] InvalidFilter),
    /// The text is no JGF.
    #[error(transparent)]
    Jgf(#[from] JgfError),
    /// The text is no recipe.
    #[error("{}", .0.kind())]
    Grug(#[from] GrugError),
    /// The text is no topology of hwloc.
    #[error("{}", .0.kind())]
    Hwloc(#[from] HwlocError),
    /// The text is no R object.
    #[error(transparent)]
    Rv1(#[from] Rv1Error),
    /// The graph and the options are valid, and do not go together.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Whoever wanted the graph has left, or waited for too long.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// There is no memory for the graph.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

/// An option of [`Options`](crate::Options) that is given as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptionName {
    /// How candidates are preferred.
    Policy,
    /// How requests are laid over the graph.
    Traverser,
    /// Where slots stand.
    Slots,
    /// Which subsystems are used.
    Subsystems,
    /// Which aggregates are kept.
    PruneFilters,
}

impl LoadError {
    /// The option that is to blame; none if it is the text of the graph.
    pub fn option(&self) -> Option<OptionName> {
        match self {
            Self::Policy(_) => Some(OptionName::Policy),
            Self::Traverser(_) => Some(OptionName::Traverser),
            Self::Setup(SetupError::DeepSlots) => Some(OptionName::Slots),
            Self::Subsystems(_) | Self::Setup(SetupError::NoRoot(_)) => {
                Some(OptionName::Subsystems)
            }
            // they name types that the graph does not know
            Self::PruneFilters(_) | Self::Setup(SetupError::Graph(_)) => {
                Some(OptionName::PruneFilters)
            }
            Self::Jgf(_) | Self::Grug(_) | Self::Hwloc(_) | Self::Rv1(_) => None,
            Self::Setup(SetupError::TooDeep(_)) | Self::Stopped(_) | Self::Exhausted(_) => None,
        }
    }

    /// The load format that would read the text, where the text is plainly of another one.
    pub fn better_format(&self) -> Option<LoadFormat> {
        match self {
            Self::Jgf(error) if *error.kind() == JgfErrorKind::IsR => Some(LoadFormat::Rv1exec),
            Self::Rv1(Rv1Error::IsJgf) => Some(LoadFormat::Jgf),
            _ => None,
        }
    }

    /// Where in the text of the graph, if the fault has a place.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Jgf(error) => error.position(),
            Self::Grug(error) => error.position(),
            Self::Hwloc(error) => error.position(),
            Self::Rv1(error) => error.position(),
            Self::Policy(_)
            | Self::Traverser(_)
            | Self::Subsystems(_)
            | Self::PruneFilters(_)
            | Self::Setup(_)
            | Self::Stopped(_)
            | Self::Exhausted(_) => None,
        }
    }

    /// What is wrong, without the place.
    pub fn unplaced(&self) -> String {
        match self {
            Self::Jgf(error) => error.kind().to_string(),
            Self::Rv1(Rv1Error::Syntax { text, .. }) => format!("not JSON: {text}"),
            _ => self.to_string(),
        }
    }

    /// [`LoadError::position`], unless `Display` tells it already.
    pub fn untold_position(&self) -> Option<Position> {
        match self {
            Self::Jgf(_) | Self::Rv1(_) => None,
            _ => self.position(),
        }
    }
}
