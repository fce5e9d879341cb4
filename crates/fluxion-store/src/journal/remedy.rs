//! What has to be thrown away of a graph that is damaged, so that the rest can be served: as little as possible.

use crate::journal::examination::{Examination, Way};
use crate::journal::frame::{GraphId, Sequence};
use crate::journal::log::Life;

/// What is kept of a graph; the rest is thrown away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// Which graph.
    pub graph: GraphId,
    /// Frames up to this record are thrown away: history that nothing needs.
    pub after: Sequence,
    /// What comes after this record is thrown away: it never happened. 0 if nothing of the graph can be kept.
    pub last: Sequence,
    /// The snapshots that are thrown away, by their last records.
    pub snapshots: Vec<Sequence>,
}

impl Remedy {
    /// Whether nothing of the graph can be kept.
    pub fn is_all(&self) -> bool {
        self.last == Sequence(0)
    }
}

impl Examination {
    /// What has to be thrown away so that nothing is wrong any more; nothing if nothing is wrong, or if throwing away is no
    /// help: the store itself does not agree with itself.
    pub fn remedy(&self) -> Option<Remedy> {
        if self.flaws.is_empty() {
            return None;
        }
        let graph = self.graph.id;
        let last = match self.graph.life {
            Life::Served => self.farthest(),
            Life::Dropped => Sequence(0),
        };
        let after = self.broken(last);
        let is_kept = |way: &Way, at: Sequence| at >= after && way.reached >= last && at <= last;
        let snapshot = |way: &Way| {
            let at = way.snapshot.as_ref()?.sequence;
            (!is_kept(way, at)).then_some(at)
        };
        let snapshots: Vec<_> = self.ways.iter().filter_map(snapshot).collect();
        let is_needed = last != self.graph.last || after > Sequence(0) || !snapshots.is_empty();
        is_needed.then_some(Remedy { graph, after, last, snapshots })
    }

    /// Up to which record frames are of no use to those behind them that are kept.
    fn broken(&self, last: Sequence) -> Sequence {
        let damaged = self.chain.damaged.iter().copied().filter(|&end| end <= last);
        let breaks = self.chain.breaks.iter().filter(|&&first| first <= last);
        let breaks = breaks.map(|first| Sequence(first.0.saturating_sub(1)));
        damaged.chain(breaks).max().unwrap_or_default()
    }

    /// The last record of the last frame that any way reaches.
    fn farthest(&self) -> Sequence {
        self.ways.iter().filter_map(|way| self.end_of(way)).max().unwrap_or_default()
    }

    /// The last record of the last frame that a way reaches, if it does not end within the frame that it begins with.
    fn end_of(&self, way: &Way) -> Option<Sequence> {
        if way.reached == Sequence(0) {
            return None;
        }
        if way.reached == self.graph.last {
            return Some(way.reached);
        }
        let begin = way.snapshot.as_ref().map_or(Sequence(1), |head| head.sequence);
        let frames = self.chain.ends.partition_point(|&end| end <= way.reached);
        let end = *self.chain.ends.get(frames.checked_sub(1)?)?;
        (end >= begin).then_some(end)
    }
}
