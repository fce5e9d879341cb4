//! Paths as a trie: a path is its parent path and a last component, so that a million paths cost a few bytes
//! each. Paths are opaque strings to the engine; only `/` separates, nothing is normalised.

use hashbrown::{HashTable, hash_table};

use crate::ids::{PathId, Symbol};
use crate::interner::Interner;

const RAW: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct PathEntry {
    /// The path before the last `/`, or [`RAW`] for a text without any `/`.
    parent: u32,
    component: Symbol,
}

/// A path as the table of paths has it: the one above it, and what comes behind the last `/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathPart {
    /// None for a text without any `/`.
    pub parent: Option<PathId>,
    /// What comes behind the last `/`.
    pub component: Symbol,
}

/// All paths of a graph.
#[derive(Clone, Default, Debug)]
pub struct PathTable {
    entries: Vec<PathEntry>,
    index: HashTable<u32>,
    /// The parent part of the path that was interned last: siblings come in runs.
    recent: Option<(String, PathId)>,
    /// The path that probably comes next: a text that is read again has the paths in the same order.
    next: u32,
}

fn code(entry: PathEntry) -> u64 {
    let key = (u64::from(entry.parent) << 32) | u64::from(entry.component.0);
    // The table looks at the lowest bits; a product mixes best in its highest.
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26)
}

impl PathTable {
    #[inline]
    fn enter(&mut self, entry: PathEntry) -> PathId {
        let Self { entries, index, next, .. } = self;
        if entries.get(*next as usize) == Some(&entry) {
            *next += 1;
            return PathId::from_index(*next - 1);
        }
        let equal = |&n: &u32| entries[n as usize] == entry;
        let number = match index.entry(code(entry), equal, |&n| code(entries[n as usize])) {
            hash_table::Entry::Occupied(known) => *known.get(),
            hash_table::Entry::Vacant(vacant) => {
                let number = entries.len() as u32;
                vacant.insert(number);
                entries.push(entry);
                number
            }
        };
        *next = number + 1;
        PathId::from_index(number)
    }

    fn find(&self, entry: PathEntry) -> Option<PathId> {
        self.index
            .find(code(entry), |&n| self.entries[n as usize] == entry)
            .map(|&n| PathId::from_index(n))
    }

    /// The id of `path`, which is new if it was never seen.
    pub fn intern(&mut self, names: &mut Interner, path: &str) -> PathId {
        let Some(cut) = path.bytes().rposition(|byte| byte == b'/') else {
            let component = names.intern(path);
            return self.enter(PathEntry { parent: RAW, component });
        };
        let parent = self.intern_parent(names, &path[..cut]);
        let component = names.intern(&path[cut + 1..]);
        self.child(parent, component)
    }

    fn intern_parent(&mut self, names: &mut Interner, path: &str) -> PathId {
        if let Some((text, id)) = &self.recent
            && text == path
        {
            return *id;
        }
        let mut parts = path.split('/');
        let component = names.intern(parts.next().unwrap_or_default());
        let mut id = self.enter(PathEntry { parent: RAW, component });
        for part in parts {
            let component = names.intern(part);
            id = self.child(id, component);
        }
        let (text, recent) = self.recent.get_or_insert_with(|| (String::new(), id));
        text.clear();
        text.push_str(path);
        *recent = id;
        id
    }

    /// Makes room for `more` paths.
    pub fn reserve(&mut self, more: usize) {
        let Self { entries, index, .. } = self;
        entries.reserve(more);
        index.reserve(more, |&n| code(entries[n as usize]));
    }

    /// Gives back the room of the entries that are not there.
    pub(crate) fn give_back_room(&mut self) {
        self.entries.shrink_to_fit();
    }

    /// The id of `parent` + `/` + `component`.
    #[inline]
    pub fn child(&mut self, parent: PathId, component: Symbol) -> PathId {
        self.enter(PathEntry { parent: parent.index() as u32, component })
    }

    /// The id of `path` if it was ever interned.
    pub fn get(&self, names: &Interner, path: &str) -> Option<PathId> {
        let mut parts = path.split('/');
        let first = names.get(parts.next()?)?;
        let mut at = self.find(PathEntry { parent: RAW, component: first })?;
        for part in parts {
            at = self.find(PathEntry { parent: at.index() as u32, component: names.get(part)? })?;
        }
        Some(at)
    }

    /// Appends the text of a path to `out`.
    pub fn write(&self, names: &Interner, path: PathId, out: &mut String) {
        let entry = self.entries[path.index()];
        if entry.parent != RAW {
            self.write(names, PathId::from_index(entry.parent), out);
            out.push('/');
        }
        out.push_str(names.resolve(entry.component));
    }

    /// The text of a path.
    pub fn text(&self, names: &Interner, path: PathId) -> String {
        let mut out = String::new();
        self.write(names, path, &mut out);
        out
    }

    /// How many `/` the path contains.
    pub fn slashes(&self, path: PathId) -> usize {
        self.ancestors(path).count()
    }

    /// Whether `above` followed by `/` is a prefix of `path`.
    pub fn is_above(&self, above: PathId, path: PathId) -> bool {
        self.ancestors(path).any(|p| p == above)
    }

    /// [`PathTable::parent`], and so on up.
    pub fn ancestors(&self, path: PathId) -> impl Iterator<Item = PathId> + '_ {
        std::iter::successors(self.parent(path), |&p| self.parent(p))
    }

    /// The path before the last `/`; none for a text without any.
    #[inline]
    pub fn parent(&self, path: PathId) -> Option<PathId> {
        let parent = self.entries[path.index()].parent;
        (parent != RAW).then_some(PathId::from_index(parent))
    }

    /// What comes behind the last `/`.
    pub(crate) fn component(&self, path: PathId) -> Symbol {
        self.entries[path.index()].component
    }

    /// Marks the paths above those that are in use.
    pub(crate) fn add_parents(&self, used: &mut [bool]) {
        // parents stand before their children
        for (number, entry) in self.entries.iter().enumerate().rev() {
            if used[number] && entry.parent != RAW {
                used[entry.parent as usize] = true;
            }
        }
    }

    /// The last components of the paths in use.
    pub(crate) fn components(&self, used: &[bool]) -> impl Iterator<Item = Symbol> {
        self.entries.iter().zip(used).filter(|(_, used)| **used).map(|(entry, _)| entry.component)
    }

    /// The paths in use, in the same order, and at each old number the new one; `symbols` has the numbers of their
    /// components likewise. What is in use has its parents in use.
    pub(crate) fn kept(&self, used: &[bool], symbols: &[Symbol]) -> (Self, Vec<PathId>) {
        let mut kept = Self::default();
        let mut numbers = Vec::with_capacity(used.len());
        for (entry, &used) in self.entries.iter().zip(used) {
            numbers.push(PathId::from_index(kept.entries.len() as u32));
            if used {
                let parent = match entry.parent {
                    RAW => RAW,
                    parent => numbers[parent as usize].index() as u32,
                };
                kept.enter(PathEntry { parent, component: symbols[entry.component.index()] });
            }
        }
        (kept, numbers)
    }

    /// Forgets all paths beyond the first `len`. O(what is forgotten).
    pub(crate) fn truncate(&mut self, len: usize) {
        let Self { entries, index, recent, .. } = self;
        for (number, &entry) in entries.iter().enumerate().skip(len) {
            let known = index.find_entry(code(entry), |&n| n as usize == number);
            if let Ok(known) = known {
                known.remove();
            }
        }
        entries.truncate(len);
        recent.take_if(|(_, id)| id.index() >= len);
    }

    /// All paths in the order of their numbers.
    pub(crate) fn parts(&self) -> impl Iterator<Item = PathPart> + '_ {
        self.entries.iter().map(|entry| PathPart {
            parent: (entry.parent != RAW).then(|| PathId::from_index(entry.parent)),
            component: entry.component,
        })
    }

    /// The id of a path that is given by its parts.
    pub(crate) fn enter_part(&mut self, parent: Option<PathId>, component: Symbol) -> PathId {
        let parent = parent.map_or(RAW, |parent| parent.index() as u32);
        self.enter(PathEntry { parent, component })
    }

    /// How many paths there are, prefixes of paths included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no path yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_comes_back(paths in prop::collection::vec("[/ab]{0,6}", 0..20)) {
            let (mut names, mut table) = (Interner::default(), PathTable::default());
            for path in &paths {
                let id = table.intern(&mut names, path);
                prop_assert_eq!(&table.text(&names, id), path);
                prop_assert_eq!(table.get(&names, path), Some(id));
                prop_assert_eq!(table.slashes(id), path.matches('/').count());
            }
            for (a, b) in paths.iter().flat_map(|a| paths.iter().map(move |b| (a, b))) {
                let (x, y) = (table.get(&names, a).unwrap(), table.get(&names, b).unwrap());
                prop_assert_eq!(table.is_above(x, y), b.starts_with(&format!("{a}/")));
            }
        }
    }
}
