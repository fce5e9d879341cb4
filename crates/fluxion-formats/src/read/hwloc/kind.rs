//! What an object can be: its names in the text, and what follows for its place in the tree.

use std::fmt;

/// What an object is. Objects of one level agree in this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ObjectKind {
    Machine,
    Package,
    Die,
    Core,
    /// A processing unit: a hardware thread.
    Pu,
    Cache {
        level: u8,
        holds: Holds,
    },
    Group {
        kind: u64,
        subkind: u64,
    },
    NumaNode,
    MemoryCache,
    Bridge,
    PciDevice(Use),
    OsDevice(Device),
    Misc,
}

/// What a cache holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Holds {
    /// Instructions only.
    Instructions,
    /// Data, or data and instructions.
    Data,
}

/// Whether a PCI device is of use by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Use {
    Itself,
    /// A bridge to something else than PCI: only for what is behind it.
    Passage,
}

/// What an OS device is for, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Device {
    Block,
    Gpu,
    Dma,
    Coprocessor,
    Other,
}

impl Device {
    /// By the number in `osdev_type`.
    pub(super) fn of_number(number: u64) -> Self {
        match number {
            0 => Self::Block,
            1 => Self::Gpu,
            4 => Self::Dma,
            5 => Self::Coprocessor,
            _ => Self::Other,
        }
    }
}

/// Which of its parent's lists an object belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectClass {
    Normal,
    Memory,
    Io,
    Misc,
}

impl ObjectKind {
    pub(super) fn class(self) -> ObjectClass {
        match self {
            Self::NumaNode | Self::MemoryCache => ObjectClass::Memory,
            Self::Bridge | Self::PciDevice(_) | Self::OsDevice(_) => ObjectClass::Io,
            Self::Misc => ObjectClass::Misc,
            _ => ObjectClass::Normal,
        }
    }

    /// How much a level of this kind is wanted where it is redundant (step N5). `None`: it always stays.
    pub(super) fn priority_if_removable(self) -> Option<u8> {
        match self {
            Self::Cache { holds: Holds::Data, .. } => Some(20),
            Self::Cache { level: 1 | 2, .. } => Some(19),
            Self::Group { .. } => Some(0),
            _ => None,
        }
    }

    /// The cache of a level, if there is such a kind.
    pub(super) fn cache(level: u64, holds: Holds) -> Option<Self> {
        let deepest = match holds {
            Holds::Data => 5,
            Holds::Instructions => 3,
        };
        let level = u8::try_from(level).ok().filter(|level| (1..=deepest).contains(level))?;
        Some(Self::Cache { level, holds })
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Machine => "Machine",
            Self::Package => "Package",
            Self::Die => "Die",
            Self::Core => "Core",
            Self::Pu => "PU",
            Self::Cache { level, holds: Holds::Data } => return write!(f, "L{level}Cache"),
            Self::Cache { level, holds: Holds::Instructions } => {
                return write!(f, "L{level}iCache");
            }
            Self::Group { .. } => "Group",
            Self::NumaNode => "NUMANode",
            Self::MemoryCache => "MemCache",
            Self::Bridge => "Bridge",
            Self::PciDevice(_) => "PCIDev",
            Self::OsDevice(_) => "OSDev",
            Self::Misc => "Misc",
        })
    }
}

/// What a value of the attribute `type` names; other attributes complete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedKind {
    /// A kind; of a group or an OS device, any.
    Kind(ObjectKind),
    /// Only at the root.
    System,
    /// A cache whose level is in the attributes, of hwloc 1.x.
    AnyCache,
}

const GROUP: ObjectKind = ObjectKind::Group { kind: 0, subkind: 0 };
const OS_DEVICE: ObjectKind = ObjectKind::OsDevice(Device::Block);

/// In lower case. Of a cache of a known level the rest is `Cache`, `dCache` and so on.
const NAMES: [(&str, NamedKind); 28] = [
    ("machine", NamedKind::Kind(ObjectKind::Machine)),
    ("system", NamedKind::System),
    ("package", NamedKind::Kind(ObjectKind::Package)),
    ("socket", NamedKind::Kind(ObjectKind::Package)),
    ("die", NamedKind::Kind(ObjectKind::Die)),
    ("core", NamedKind::Kind(ObjectKind::Core)),
    ("pu", NamedKind::Kind(ObjectKind::Pu)),
    ("cache", NamedKind::AnyCache),
    ("group", NamedKind::Kind(GROUP)),
    ("tile", NamedKind::Kind(GROUP)),
    ("module", NamedKind::Kind(GROUP)),
    ("numanode", NamedKind::Kind(ObjectKind::NumaNode)),
    ("node", NamedKind::Kind(ObjectKind::NumaNode)),
    ("memcache", NamedKind::Kind(ObjectKind::MemoryCache)),
    ("bridge", NamedKind::Kind(ObjectKind::Bridge)),
    ("hostbridge", NamedKind::Kind(ObjectKind::Bridge)),
    ("pcibridge", NamedKind::Kind(ObjectKind::Bridge)),
    ("pcidev", NamedKind::Kind(ObjectKind::PciDevice(Use::Itself))),
    ("osdev", NamedKind::Kind(OS_DEVICE)),
    ("block", NamedKind::Kind(OS_DEVICE)),
    ("network", NamedKind::Kind(OS_DEVICE)),
    ("openfabrics", NamedKind::Kind(OS_DEVICE)),
    ("dma", NamedKind::Kind(OS_DEVICE)),
    ("gpu", NamedKind::Kind(OS_DEVICE)),
    ("coproc", NamedKind::Kind(OS_DEVICE)),
    ("co-processor", NamedKind::Kind(OS_DEVICE)),
    ("misc", NamedKind::Kind(ObjectKind::Misc)),
    ("memory-side cache", NamedKind::Kind(ObjectKind::MemoryCache)),
];

impl NamedKind {
    /// What a value means, whatever its case. A part at the start of a name will do if it leaves no choice.
    pub(super) fn find(value: &str) -> Option<Self> {
        let value = value.to_ascii_lowercase();
        if let Some(level_and_more) = value.strip_prefix('l') {
            return sized_cache(level_and_more).map(Self::Kind);
        }
        if let Some((_, named)) = NAMES.iter().find(|(name, _)| *name == value) {
            return Some(*named);
        }
        let mut meant = NAMES.iter().filter(|(name, _)| name.starts_with(&value)).map(|(_, n)| *n);
        let first = meant.next()?;
        meant.all(|other| other == first).then_some(first)
    }
}

/// The cache of a name behind its `l`: `3`, `3cache`, `1dcache`, `1icache`.
fn sized_cache(name: &str) -> Option<ObjectKind> {
    let level = u64::from(name.chars().next()?.to_digit(10)?);
    let rest = &name[1..];
    let (holds, rest) = match rest.strip_prefix('i') {
        Some(rest) => (Holds::Instructions, rest),
        None => (Holds::Data, rest.strip_prefix(['d', 'u']).unwrap_or(rest)),
    };
    "cache".starts_with(rest).then(|| ObjectKind::cache(level, holds)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &str) {
        let found = match NamedKind::find(value) {
            Some(NamedKind::Kind(kind)) => kind.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn names() {
        for (values, expected) in [
            ("Machine MACHINE mach ma", "Machine"),
            ("System sys", "Some(System)"),
            ("Package Socket socket pack so", "Package"),
            ("Die di", "Die"),
            ("Core core cor", "Core"),
            ("PU pu", "PU"),
            ("Cache cac", "Some(AnyCache)"),
            ("Group Tile Module gr mo", "Group"),
            ("NUMANode Node numa no", "NUMANode"),
            ("MemCache memc", "MemCache"),
            ("Bridge HostBridge PCIBridge br", "Bridge"),
            ("PCIDev pcid", "PCIDev"),
            ("OSDev Block Network OpenFabrics DMA GPU CoProc Co-Processor os o", "OSDev"),
            ("Misc mis", "Misc"),
            ("L1 L1Cache l1dCache L1d l1uCache L1ca", "L1Cache"),
            ("L5Cache", "L5Cache"),
            ("L1i L1iCache l1icache", "L1iCache"),
            ("L3iCache", "L3iCache"),
        ] {
            values.split(' ').for_each(|value| check(value, expected));
        }
        for value in [
            "",
            "m",
            "p",
            "pci",
            "co",
            "n",
            "X",
            "Cores",
            "Core0",
            " Core",
            "L",
            "L0",
            "L6",
            "L4i",
            "L33",
            "L1x",
            "L1iCachee",
            "Lé",
            "Lcache",
        ] {
            check(value, "None");
        }
        check("Memory-side Cache", "MemCache");
    }
}
