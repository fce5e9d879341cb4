//! The ways in which a server is attacked: what each sends. Must not know how often, or what others do meanwhile.

use bytes::Bytes;

use crate::jobspecs::Job;

/// Of an upload that is never finished, and of a long jobspec or property.
const UPLOAD: usize = 15 << 20;

/// Graphs that are asked for at the same time, under names of their own.
const GRAPHS: usize = 12;

/// The name of a graph of its own, of 260,000 vertices, and how many terms a find may have there.
pub(super) const OTHER: &str = "other";
const TERMS: usize = 250;

/// `GRAPH_FORMAT_RV1EXEC`.
const RV1EXEC: u8 = 5;

/// A way to attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attack {
    /// Nobody attacks.
    None,
    /// Messages of 1 GiB are announced, and never sent.
    Announce,
    /// Connections say nothing.
    Silence,
    /// Calls are begun, and nothing is sent.
    Stall,
    /// Exports are asked for, and never read.
    UnreadExports,
    /// Finds are asked for, and never read.
    UnreadFinds,
    /// Init messages that lack their last byte.
    Unfinished,
    /// Short texts that stand for four million vertices.
    Generate,
    /// Long jobspecs that wait for their turn.
    Queue,
    /// Long properties.
    Properties,
    /// Finds that take longer than their callers wait, on a graph of their own.
    Deadlines,
    /// Streams of matches on which nothing is asked. Part of the crowd.
    Idle,
    /// Matches that book nothing, one after the other in each of many calls. Part of the crowd.
    Flood,
}

impl Attack {
    /// All that come alone.
    pub(super) const ALL: [Self; 11] = [
        Self::None,
        Self::Announce,
        Self::Silence,
        Self::Stall,
        Self::UnreadExports,
        Self::UnreadFinds,
        Self::Unfinished,
        Self::Generate,
        Self::Queue,
        Self::Properties,
        Self::Deadlines,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "nobody attacks",
            Self::Announce => "announced, never sent",
            Self::Silence => "silent connections",
            Self::Stall => "calls without a message",
            Self::UnreadExports => "exports nobody reads",
            Self::UnreadFinds => "finds nobody reads",
            Self::Unfinished => "uploads never finished",
            Self::Generate => "short texts, huge graphs",
            Self::Queue => "long jobspecs",
            Self::Properties => "long properties",
            Self::Deadlines => "finds past their deadlines",
            Self::Idle => "idle streams",
            Self::Flood => "one client floods",
        }
    }

    /// The method that is called.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::UnreadExports => "fluxion.v1.GraphService/ExportGraph",
            Self::UnreadFinds | Self::Deadlines => "fluxion.v1.ResourceService/Find",
            Self::Generate => "fluxion.v1.GraphService/CreateGraph",
            Self::Queue | Self::Flood => "fluxion.FluxionService/Match",
            Self::Idle => "fluxion.v1.JobService/MatchMany",
            Self::Properties => "fluxion.v1.ResourceService/SetProperty",
            Self::None | Self::Announce | Self::Silence | Self::Stall | Self::Unfinished => {
                "fluxion.FluxionService/Init"
            }
        }
    }

    /// Whether answers are left lying.
    pub(super) fn is_unread(self) -> bool {
        matches!(self, Self::UnreadExports | Self::UnreadFinds)
    }

    /// Whether a request is sent to its end.
    pub(super) fn is_finished(self) -> bool {
        let sent = [Self::Generate, Self::Queue, Self::Properties, Self::Deadlines, Self::Flood];
        self.is_unread() || sent.contains(&self)
    }

    /// On how many connections it comes, and how many calls there are on each: as it was reported, or met in the wild.
    pub(super) fn size(self) -> (usize, usize) {
        match self {
            Self::None => (0, 0),
            Self::Announce => (260, 1000),
            Self::Silence => (1084, 1),
            Self::Stall => (30, 1000),
            Self::UnreadExports => (60, 10),
            Self::UnreadFinds | Self::Properties => (6, 10),
            Self::Unfinished => (1, 10),
            Self::Generate => (1, GRAPHS),
            Self::Queue => (15, 10),
            Self::Deadlines => (10, 10),
            Self::Idle => (200, 1),
            Self::Flood => (1, 1000),
        }
    }

    /// Whether attackers begin anew when all of their calls were answered.
    pub(super) fn is_repeated(self) -> bool {
        matches!(self, Self::Generate | Self::Deadlines | Self::Idle)
    }

    /// Whether each call that was answered is made again.
    pub(super) fn is_endless(self) -> bool {
        self == Self::Flood
    }

    /// How long callers wait, as `grpc-timeout` says it.
    pub(super) fn timeout(self) -> Option<&'static str> {
        (self == Self::Deadlines).then_some("100m")
    }

    /// What is sent by the calls of a connection, in turn.
    pub(super) fn messages(self) -> Vec<Bytes> {
        let long = || vec![b' '; UPLOAD];
        let message = match self {
            Self::None | Self::Silence | Self::Stall | Self::Idle => Vec::new(),
            Self::Announce => vec![0, 0x3f, 0xff, 0, 0],
            Self::UnreadExports => framed(&[]),
            Self::UnreadFinds => framed(&field(2, b"status=up")),
            Self::Unfinished => {
                let mut message = framed(&field(2, &long()));
                message.pop();
                message
            }
            Self::Generate => return (0..GRAPHS).map(|number| graph(number).into()).collect(),
            Self::Deadlines => {
                let criteria = format!("{}status=down", "status=down or ".repeat(TERMS - 1));
                framed(&[field(1, OTHER.as_bytes()), field(2, criteria.as_bytes())].concat())
            }
            Self::Queue => framed(&field(1, &long())),
            Self::Flood => {
                let jobspec = field(1, Job::units(1, 0).json().as_bytes());
                framed(&[jobspec, field(2, b"without_allocating")].concat())
            }
            Self::Properties => {
                framed(&[field(2, b"/cluster0"), field(3, b"key"), field(4, &long())].concat())
            }
        };
        vec![message.into()]
    }
}

/// A CreateGraph of four million vertices: header and text.
fn graph(number: usize) -> Vec<u8> {
    let text = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-63999", "children": {"core": "0-63"}}], "nodelist": ["n[0-63999]"]}}"#;
    let options = field(2, &[1 << 3, RV1EXEC]);
    let header = field(1, &[field(1, format!("huge{number}").as_bytes()), options].concat());
    [framed(&header), framed(&field(2, text.as_bytes()))].concat()
}

/// A message of gRPC.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = message.len() as u32;
    [&[0], length.to_be_bytes().as_slice(), message].concat()
}

/// A field of protobuf that has a length.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut length = value.len();
    while length > 0x7f {
        bytes.push(length as u8 & 0x7f | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(value);
    bytes
}
