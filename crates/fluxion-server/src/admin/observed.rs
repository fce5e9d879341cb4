//! What the admin port looks at.

use std::sync::Arc;

use crate::access::guard::Guard;
use crate::admin::units::KnownUnits;
use crate::live::LiveSettings;
use crate::measures::call_measures::CallMeasures;
use crate::tls::pair::TlsPair;
use crate::transport::in_flight::InFlight;
use crate::transport::journal::Journal;
use crate::transport::memory::Memory;
use crate::transport::parties::Parties;
use crate::transport::readiness::Readiness;
use crate::transport::registry::Registry;
use crate::transport::windows::Windows;

/// A server, seen from outside.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) readiness: Readiness,
    pub(crate) registry: Arc<Registry>,
    pub(crate) calls: Arc<CallMeasures>,
    pub(crate) in_flight: Arc<InFlight>,
    pub(crate) places: Arc<Windows>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) parties: Arc<Parties>,
    pub(crate) live: LiveSettings,
    /// Who may ask for what is not for everybody.
    pub(crate) guard: Guard,
    /// The certificates; nothing without TLS.
    pub(crate) tls: Option<Arc<TlsPair>>,
    /// Where the graphs are written down; nothing if they are kept in memory only.
    pub(crate) journal: Option<Journal>,
    pub(crate) units: KnownUnits,
}
