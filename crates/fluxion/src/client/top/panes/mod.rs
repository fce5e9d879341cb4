//! What stands below each other on the page: a file for each pane.

mod changes;
pub(super) mod jobs;
pub(super) mod resources;
mod windows;

use super::pane::Pane;

/// From the top.
pub(super) const PANES: [&dyn Pane; 4] =
    [&resources::Resources, &jobs::Jobs, &windows::Windows, &changes::Changes];
