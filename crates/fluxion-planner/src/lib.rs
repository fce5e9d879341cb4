//! Time: what is promised when, and when a request fits.
//!
//! A [`Planner`] follows a vector of pools over one time axis. It answers "how much is free during a window",
//! "at which moments could a request start", and records what has been promised. See
//! `docs/semantics/time.md`. It must not know what the pools are, nor what time it is.
//!
//! ```
//! use fluxion_planner::Planner;
//! let mut planner = Planner::new(0, 1000, &[16, 4]).unwrap();   // 16 cores, 4 gpus
//! planner.add(0, 100, &[8, 4]).unwrap();
//! planner.add(0, 40, &[8, 0]).unwrap();
//! let starts: Vec<i64> = planner.candidates(1, 20, &[8, 0]).unwrap().collect();
//! assert_eq!(starts, [40, 100]);
//! assert_eq!(planner.free_at(50, 1).unwrap(), 0);
//! ```

mod check;
mod planner;
mod timeline;

pub use check::{Point, Span, TimelineFault};
pub use planner::{Candidates, Planner, PlannerError};
pub use timeline::Timeline;
