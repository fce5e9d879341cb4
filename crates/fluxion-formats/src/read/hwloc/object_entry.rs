//! An `object` element as it stands in the text: its attributes and `info` elements
//! (`docs/semantics/readers.md`, hwloc).

use roxmltree::Node;

use super::bitmap::HwlocBitmap;
use super::error::{HwlocErrorKind, ReadError};
use super::kind::{Device, Holds, NamedKind, ObjectClass, ObjectKind, Use};
use super::number;
use super::topology::{Identity, Infos, Merging, Sets};

/// Which hwloc wrote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Before 2.0.
    Legacy,
    /// 2.x.
    Two,
}

/// Whether an object has a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Root,
    Below,
}

/// What one element says.
pub(super) struct ObjectEntry<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) sets: Sets,
    pub(super) complete_nodes: Option<HwlocBitmap>,
    pub(super) allowed_processors: Option<HwlocBitmap>,
    pub(super) allowed_nodes: Option<HwlocBitmap>,
    /// Its number in the operating system.
    pub(super) os_index: Option<usize>,
    depth: u64,
    cache_type: u64,
    device: u64,
    pci_class: u64,
    group: (u64, u64),
}

impl<'a> ObjectEntry<'a> {
    /// Reads an element.
    ///
    /// # Errors
    /// The type is unknown, misplaced or at odds with the other attributes, or a set is malformed.
    pub(super) fn read(
        element: Node<'a, '_>,
        version: Version,
        standing: Standing,
    ) -> Result<Self, ReadError> {
        let offset = element.range().start;
        Self::read_unplaced(element, version, standing).map_err(|kind| (kind, Some(offset)))
    }

    fn read_unplaced(
        element: Node<'a, '_>,
        version: Version,
        standing: Standing,
    ) -> Result<Self, HwlocErrorKind> {
        let first = element.attributes().next().filter(|first| first.name() == "type");
        let value = first.ok_or(HwlocErrorKind::NoType)?.value();
        let unknown = || HwlocErrorKind::Type(start_of(value));
        let named = NamedKind::find(value).ok_or_else(unknown)?;
        let mut entry = Self::empty(element.range().start);
        let infos = infos(element, version);
        for attribute in element.attributes() {
            entry.set(attribute.name(), attribute.value(), standing)?;
        }
        entry.identity.subtype = infos.subtype.or(entry.identity.subtype);
        entry.identity.kind = match (named, version, standing) {
            (NamedKind::Kind(kind), ..) => entry.completed(kind, version, standing)?,
            (NamedKind::System, _, Standing::Root) => ObjectKind::Machine,
            (NamedKind::AnyCache, Version::Legacy, _) => {
                ObjectKind::cache(entry.depth, entry.holds()).ok_or_else(|| {
                    HwlocErrorKind::Object {
                        object: "Cache".to_owned(),
                        problem: "`depth` must be 1 to 5, of an instruction cache 1 to 3",
                    }
                })?
            }
            (NamedKind::System | NamedKind::AnyCache, ..) => return Err(unknown()),
        };
        entry.identity.infos = infos.kept;
        Ok(entry)
    }

    fn empty(offset: usize) -> Self {
        Self {
            identity: Identity::bare(ObjectKind::Misc, offset),
            sets: Sets::default(),
            complete_nodes: None,
            allowed_processors: None,
            allowed_nodes: None,
            os_index: None,
            depth: 0,
            cache_type: 0,
            device: 0,
            pci_class: 0,
            group: (0, 0),
        }
    }

    fn set(
        &mut self,
        name: &str,
        value: &'a str,
        standing: Standing,
    ) -> Result<(), HwlocErrorKind> {
        match name {
            "cpuset" => self.sets.processors = Some(set("cpuset", value)?),
            "complete_cpuset" => {
                self.sets.complete_processors = Some(set("complete_cpuset", value)?);
            }
            "nodeset" => self.sets.nodes = Some(set("nodeset", value)?),
            "complete_nodeset" => self.complete_nodes = Some(set("complete_nodeset", value)?),
            "allowed_cpuset" if standing == Standing::Root => {
                self.allowed_processors = Some(set("allowed_cpuset", value)?);
            }
            "allowed_nodeset" if standing == Standing::Root => {
                self.allowed_nodes = Some(set("allowed_nodeset", value)?);
            }
            "os_index" => self.os_index = value.trim_start().parse().ok(),
            "name" => self.identity.name = Some(value),
            "subtype" => self.identity.subtype = Some(value),
            "cache_size" => self.identity.cache_size = number::unsigned(value),
            // Of hwloc 0.9.
            "memory_kB" => self.identity.cache_size = number::unsigned(value).wrapping_mul(1024),
            "depth" => self.depth = number::unsigned(value),
            "cache_type" => self.cache_type = number::unsigned(value),
            "osdev_type" => self.device = number::unsigned(value),
            "pci_type" => self.pci_class = number::hexadecimal(value),
            "kind" => self.group.0 = number::unsigned(value),
            "subkind" => self.group.1 = number::unsigned(value),
            "dont_merge" if number::unsigned(value) == 1 => {
                self.identity.merging = Merging::Refused;
            }
            _ => {}
        }
        Ok(())
    }

    fn holds(&self) -> Holds {
        if self.cache_type == 2 { Holds::Instructions } else { Holds::Data }
    }

    /// A kind that was named, with what other attributes and the place add.
    fn completed(
        &self,
        named: ObjectKind,
        version: Version,
        standing: Standing,
    ) -> Result<ObjectKind, HwlocErrorKind> {
        let (kind, subkind) = self.group;
        let completed = match named {
            ObjectKind::Group { .. } => ObjectKind::Group { kind, subkind },
            ObjectKind::OsDevice(_) => ObjectKind::OsDevice(Device::of_number(self.device)),
            ObjectKind::PciDevice(_) if self.leads_on() => ObjectKind::PciDevice(Use::Passage),
            ObjectKind::Machine if standing == Standing::Below => {
                ObjectKind::Group { kind: 0, subkind: 0 }
            }
            ObjectKind::Misc if version == Version::Legacy && self.sets.processors.is_some() => {
                ObjectKind::Group { kind: 0, subkind: 0 }
            }
            ObjectKind::Cache { .. }
                if ObjectKind::cache(self.depth, self.holds()) != Some(named) =>
            {
                return Err(HwlocErrorKind::Object {
                    object: named.to_string(),
                    problem: "`depth` and `cache_type` must agree with `type`",
                });
            }
            other => other,
        };
        let is_die =
            matches!(completed, ObjectKind::Group { .. }) && self.identity.subtype == Some("Die");
        Ok(if is_die { ObjectKind::Die } else { completed })
    }

    /// What is wrong with the object by itself.
    pub(super) fn problem(&self, version: Version) -> Option<&'static str> {
        let (class, sets) = (self.identity.kind.class(), &self.sets);
        if version == Version::Legacy && self.is_half() && !self.is_group() {
            return Some(
                "of `cpuset` and `complete_cpuset`, and of the nodesets, it must have both or none",
            );
        }
        match class {
            ObjectClass::Normal | ObjectClass::Memory
                if sets.processors.is_none() && !self.is_skipped(version) =>
            {
                Some("it must have a `cpuset`")
            }
            ObjectClass::Io | ObjectClass::Misc if sets.processors.is_some() => {
                Some("it must not have a `cpuset`")
            }
            _ if self.identity.kind == ObjectKind::NumaNode && sets.nodes.is_none() => {
                Some("it must have a `nodeset`")
            }
            _ => None,
        }
    }

    /// Whether a PCI device is only there for what is behind it.
    fn leads_on(&self) -> bool {
        self.pci_class >> 8 == 0x06 && self.identity.subtype != Some("NVSwitch")
    }

    fn is_group(&self) -> bool {
        matches!(self.identity.kind, ObjectKind::Group { .. })
    }

    /// Whether of two sets that belong together only one is there.
    fn is_half(&self) -> bool {
        self.sets.processors.is_some() != self.sets.complete_processors.is_some()
            || self.sets.nodes.is_some() != self.complete_nodes.is_some()
    }

    fn is_skipped(&self, version: Version) -> bool {
        version == Version::Legacy && self.is_group() && self.is_half()
    }

    /// Whether the object is left out, and its children are its parent's (step N1).
    pub(super) fn is_dropped(&self, version: Version) -> bool {
        match self.identity.kind {
            ObjectKind::Cache { level: 3, holds: Holds::Instructions }
            | ObjectKind::MemoryCache
            | ObjectKind::Misc
            | ObjectKind::OsDevice(Device::Dma) => true,
            ObjectKind::PciDevice(_) => {
                let whole = [0x0c04, 0x0c06, 0x0502].contains(&self.pci_class);
                let base = [0x00, 0x01, 0x02, 0x03, 0x06, 0x0b, 0x12];
                !whole && !base.contains(&(self.pci_class >> 8))
            }
            _ => self.is_skipped(version),
        }
    }
}

fn set(attribute: &'static str, value: &str) -> Result<HwlocBitmap, HwlocErrorKind> {
    HwlocBitmap::parse(value)
        .ok_or_else(|| HwlocErrorKind::Set { attribute, value: start_of(value) })
}

/// Enough of a value to recognise it.
fn start_of(value: &str) -> String {
    const MOST: usize = 80;
    match value.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}...", &value[..at]),
        None => value.to_owned(),
    }
}

/// What the `info` elements of an object say.
#[derive(Default)]
struct InfoElements<'a> {
    kept: Infos<'a>,
    /// Of hwloc 1.x, which has no attribute for it; the last one counts.
    subtype: Option<&'a str>,
}

fn infos<'a>(element: Node<'a, '_>, version: Version) -> InfoElements<'a> {
    let InfoElements { mut kept, mut subtype } = InfoElements::default();
    for info in element.children().filter(|child| child.has_tag_name("info")) {
        let value = info.attribute("value").unwrap_or_default();
        match info.attribute("name") {
            Some("HostName") => _ = kept.host_name.get_or_insert(value),
            Some("Size") => _ = kept.size.get_or_insert(value),
            Some("LinuxDeviceID") => _ = kept.device_id.get_or_insert(value),
            Some("Type" | "CoProcType") if version == Version::Legacy => subtype = Some(value),
            _ => {}
        }
    }
    InfoElements { kept, subtype }
}
