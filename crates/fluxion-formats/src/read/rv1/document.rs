//! An R object as it stands in the text (`docs/semantics/readers.md`, R version 1), and its parts decoded.
//! Knows nothing of the graph.

use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess};

use super::error::Rv1Error;
use crate::read::Position;
use crate::read::faults::Faults;
use crate::read::json::{self, Container, Field, Into, MemberKey, ValueKind};
use crate::read::limits::{MAX_ENTRIES, MAX_GENERATED, MAX_GENERATED_NAMES};
use crate::read::strings::Strings;
use fluxion_graph::check_name;
use fluxion_sets::{Idset, hostlist};

/// What the text says.
#[derive(Default)]
pub(super) struct Document<'a> {
    version: Field<'a>,
    execution_kind: ValueKind,
    execution: Execution<'a>,
    /// Of a JGF document.
    graph: Option<IgnoredAny>,
}

#[derive(Default)]
struct Execution<'a> {
    r_lite_shape: ValueKind,
    r_lite: RLite<'a>,
    nodelist_kind: ValueKind,
    nodelist: NodeList<'a>,
    properties_kind: ValueKind,
    properties: Strings<'a>,
}

#[derive(Default)]
struct RLite<'a>(Vec<(ValueKind, RawEntry<'a>)>);

#[derive(Default)]
struct RawEntry<'a> {
    rank: Field<'a>,
    children_kind: ValueKind,
    children: Strings<'a>,
}

#[derive(Default)]
struct NodeList<'a>(Vec<Field<'a>>);

impl<'de> Container<'de> for Document<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "version" => self.version = members.next_value()?,
                "execution" => {
                    self.execution = Execution::default();
                    self.execution_kind = members.next_value_seed(Into(&mut self.execution))?;
                }
                "graph" => self.graph = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Container<'de> for Execution<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "R_lite" => {
                    self.r_lite.0.clear();
                    self.r_lite_shape = members.next_value_seed(Into(&mut self.r_lite))?;
                }
                "nodelist" => {
                    self.nodelist.0.clear();
                    self.nodelist_kind = members.next_value_seed(Into(&mut self.nodelist))?;
                }
                "properties" => {
                    self.properties.clear();
                    self.properties_kind = members.next_value_seed(Into(&mut self.properties))?;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Container<'de> for RLite<'de> {
    fn elements<A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        loop {
            let mut entry = RawEntry::default();
            match elements.next_element_seed(Into(&mut entry))? {
                Some(_) if self.0.len() == MAX_ENTRIES => {
                    return Err(A::Error::custom("more than 1048576 entries of R_lite"));
                }
                Some(kind) => self.0.push((kind, entry)),
                None => return Ok(()),
            }
        }
    }
}

impl<'de> Container<'de> for RawEntry<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "rank" => self.rank = members.next_value()?,
                "children" => {
                    self.children.clear();
                    self.children_kind = members.next_value_seed(Into(&mut self.children))?;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Container<'de> for NodeList<'de> {
    fn elements<A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(hosts) = elements.next_element()? {
            self.0.push(hosts);
        }
        Ok(())
    }
}

/// One decoded entry of `R_lite`.
pub(super) struct RliteEntry<'d> {
    pub(super) ranks: Idset,
    /// Type and ids, in the order of the text.
    pub(super) children: Vec<(&'d str, Idset)>,
}

const AN_IDSET: &str = "a string with an idset";
const SHORT_NAMES: &str = "free of names of more than 1024 bytes";

impl<'a> Document<'a> {
    /// Reads the text.
    ///
    /// # Errors
    /// It is not JSON, its version is not 1, or a required key is missing.
    pub(super) fn read(text: &'a str) -> Result<Self, Rv1Error> {
        Self::read_all(text, &mut Faults::First)
    }

    /// [`Document::read`] with a choice what becomes of its errors; that there is no object, or a graph, ends it.
    pub(super) fn read_all(text: &'a str, faults: &mut Faults<Rv1Error>) -> Result<Self, Rv1Error> {
        let document = Self::parse(text)?;
        document.check(faults)?;
        let is_checked = document.execution_kind == ValueKind::Object;
        if is_checked && document.execution.nodelist_kind == ValueKind::Absent {
            faults.note(Rv1Error::malformed("execution.nodelist", "present"))?;
        }
        Ok(document)
    }

    /// [`Document::read`] where nothing but ranks is needed.
    ///
    /// # Errors
    /// As there, but no list of hosts is required.
    pub(super) fn read_ranks(text: &'a str) -> Result<Self, Rv1Error> {
        let document = Self::parse(text)?;
        document.check(&mut Faults::First)?;
        Ok(document)
    }

    fn parse(text: &'a str) -> Result<Self, Rv1Error> {
        let mut document = Self::default();
        let kind = json::read(text, &mut document).map_err(|error| Rv1Error::Syntax {
            text: json::message(&error),
            position: Position { line: error.line(), column: error.column() },
        })?;
        if kind != ValueKind::Object {
            return Err(Rv1Error::malformed("R", "an object"));
        }
        if document.graph.is_some() && document.execution_kind == ValueKind::Absent {
            return Err(Rv1Error::IsJgf);
        }
        Ok(document)
    }

    fn check(&self, faults: &mut Faults<Rv1Error>) -> Result<(), Rv1Error> {
        if self.version != Field::Integer(1) {
            faults.note(Rv1Error::malformed("version", "the integer 1"))?;
        }
        if self.execution_kind != ValueKind::Object {
            return faults.note(Rv1Error::malformed("execution", "an object"));
        }
        if self.execution.r_lite_shape == ValueKind::Absent {
            faults.note(Rv1Error::malformed("execution.R_lite", "present"))?;
        }
        Ok(())
    }

    /// The ranks of each entry; nothing else of the entries is looked at.
    ///
    /// # Errors
    /// An entry has no idset of ranks.
    pub(super) fn ranks(&self) -> Result<Vec<Idset>, Rv1Error> {
        let entries = self.execution.r_lite.0.iter().enumerate();
        let place = |n| move || format!("execution.R_lite[{n}].rank");
        entries.map(|(n, (_, entry))| idset(&entry.rank, place(n))).collect()
    }

    /// The entries of `R_lite`, decoded but not expanded.
    ///
    /// # Errors
    /// An entry is malformed.
    pub(super) fn entries(
        &self,
        faults: &mut Faults<Rv1Error>,
    ) -> Result<Vec<RliteEntry<'_>>, Rv1Error> {
        let mut entries = Vec::with_capacity(self.execution.r_lite.0.len());
        for (n, (kind, entry)) in self.execution.r_lite.0.iter().enumerate() {
            entries.extend(entry.decode(*kind, n, faults)?);
        }
        Ok(entries)
    }

    /// The first `needed` hosts, or all if there are fewer.
    ///
    /// # Errors
    /// A list is malformed, or all together are too long to be expanded.
    pub(super) fn hosts(
        &self,
        needed: usize,
        faults: &mut Faults<Rv1Error>,
    ) -> Result<Vec<String>, Rv1Error> {
        let (mut hosts, mut count, mut bytes) = (Vec::new(), 0, 0);
        for (n, list) in self.execution.nodelist.0.iter().enumerate() {
            let Some(some) = faults.keep(expanded(list, n))? else { continue };
            count += some.len();
            if count as u64 > MAX_GENERATED {
                return Err(Rv1Error::TooLarge);
            }
            let missing = needed - hosts.len();
            for host in some.into_iter().take(missing) {
                bytes += host.len() as u64;
                if bytes > MAX_GENERATED_NAMES {
                    return Err(Rv1Error::TooLarge);
                }
                hosts.push(host);
            }
        }
        Ok(hosts)
    }

    /// The properties and their ranks, sorted by name.
    ///
    /// # Errors
    /// One is malformed.
    pub(super) fn properties(
        &self,
        faults: &mut Faults<Rv1Error>,
    ) -> Result<Vec<(&str, Idset)>, Rv1Error> {
        let mut properties = Vec::new();
        for (name, value) in self.execution.properties.entries() {
            let long = |_| Rv1Error::malformed("execution.properties", SHORT_NAMES);
            faults.keep(check_name(name).map_err(long))?;
            let ranks = idset(value, || format!("execution.properties.{name}"));
            properties.extend(faults.keep(ranks)?.map(|ranks| (&**name, ranks)));
        }
        properties.sort_unstable_by_key(|(name, _)| *name);
        Ok(properties)
    }
}

fn expanded(list: &Field<'_>, number: usize) -> Result<Vec<String>, Rv1Error> {
    let place = || format!("execution.nodelist[{number}]");
    let list =
        list.text().ok_or_else(|| Rv1Error::malformed(place(), "a string with a list of hosts"))?;
    hostlist::parse(list).map_err(|_| Rv1Error::Hostlist { place: place(), value: list.to_owned() })
}

impl RawEntry<'_> {
    fn decode(
        &self,
        kind: ValueKind,
        number: usize,
        faults: &mut Faults<Rv1Error>,
    ) -> Result<Option<RliteEntry<'_>>, Rv1Error> {
        let place = || format!("execution.R_lite[{number}]");
        if kind != ValueKind::Object || self.children_kind == ValueKind::Absent {
            let expected = "an object with `rank` and `children`";
            return faults.note(Rv1Error::malformed(place(), expected)).map(|()| None);
        }
        let ranks = faults.keep(idset(&self.rank, || format!("{}.rank", place())))?;
        let mut children = Vec::new();
        for (ty, value) in self.children.entries() {
            let long = |_| Rv1Error::malformed(format!("{}.children", place()), SHORT_NAMES);
            faults.keep(check_name(ty).map_err(long))?;
            let ids = idset(value, || format!("{}.children.{ty}", place()));
            children.extend(faults.keep(ids)?.map(|ids| (&**ty, ids)));
        }
        Ok(ranks.map(|ranks| RliteEntry { ranks, children }))
    }
}

fn idset(field: &Field<'_>, place: impl Fn() -> String) -> Result<Idset, Rv1Error> {
    let text = field.text().ok_or_else(|| Rv1Error::malformed(place(), AN_IDSET))?;
    text.parse().map_err(|_| Rv1Error::Idset { place: place(), value: text.to_owned() })
}
