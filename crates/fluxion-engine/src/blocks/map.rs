//! Values by key, in the order of the keys. For keys that mostly ascend: those that come last fill blocks to the end.
//!
//! Written here, as what there is keeps every entry in an allocation of its own (`rpds`), or has a licence that we
//! do not take (`imbl`).

use std::slice;
use std::sync::Arc;

use super::own;

/// The most entries of a block.
const MOST: usize = 128;

/// Neighbours with no more entries than this become one.
const FEW: usize = MOST / 2;

/// Entries in order, in blocks that are not empty, each with its first key.
#[derive(Clone, Debug)]
pub struct BlockMap<K, V> {
    blocks: Vec<EntryBlock<K, V>>,
    len: usize,
}

#[derive(Clone, Debug)]
struct EntryBlock<K, V> {
    first: K,
    entries: Arc<Vec<(K, V)>>,
}

impl<K, V> Default for BlockMap<K, V> {
    fn default() -> Self {
        Self { blocks: Vec::new(), len: 0 }
    }
}

impl<K: Clone, V> EntryBlock<K, V> {
    fn of(key: K, value: V) -> Self {
        Self { first: key.clone(), entries: Arc::new(vec![(key, value)]) }
    }
}

impl<K: Ord + Clone, V> BlockMap<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The block in which a key is, or would be.
    #[inline]
    fn block_of(&self, key: &K) -> usize {
        match self.blocks.last() {
            Some(last) if last.first <= *key => self.blocks.len() - 1,
            _ => self.last_before(|first| first <= key),
        }
    }

    /// The last block whose first key comes before something, or the first one.
    fn last_before(&self, is_before: impl Fn(&K) -> bool) -> usize {
        self.blocks.partition_point(|block| is_before(&block.first)).saturating_sub(1)
    }

    /// O(log entries).
    pub fn get(&self, key: &K) -> Option<&V> {
        let entries = &self.blocks.get(self.block_of(key))?.entries;
        let at = entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        Some(&entries[at].1)
    }

    /// The entries, ascending.
    pub fn iter(&self) -> BlockEntries<'_, K, V> {
        BlockEntries { blocks: self.blocks.iter(), rest: [].iter() }
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> + '_ {
        self.iter().map(|(_, value)| value)
    }

    /// The first entry.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entries from the first on whose key does not come before something. O(log entries).
    pub fn from(&self, is_before: impl Fn(&K) -> bool) -> BlockEntries<'_, K, V> {
        let mut blocks = self.blocks.get(self.last_before(&is_before)..).unwrap_or(&[]).iter();
        let entries = blocks.next().map_or(&[][..], |block| &block.entries);
        let at = entries.partition_point(|(key, _)| is_before(key));
        BlockEntries { blocks, rest: entries[at..].iter() }
    }
}

impl<K: Ord + Clone, V: Clone> BlockMap<K, V> {
    /// O(log entries + blocks / `MOST`).
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.block_of(key);
        let entries = &mut self.blocks.get_mut(at)?.entries;
        let at = entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        Some(&mut own(entries)[at].1)
    }

    /// Enters a value; the one that the key had before. O(log entries + blocks / `MOST`).
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let number = self.block_of(&key);
        let Some(block) = self.blocks.get_mut(number) else {
            self.len = 1;
            self.blocks.push(EntryBlock::of(key, value));
            return None;
        };
        let place = match block.entries.last() {
            // most keys come last
            Some((last, _)) if *last < key => Err(block.entries.len()),
            _ => block.entries.binary_search_by(|(known, _)| known.cmp(&key)),
        };
        match place {
            Ok(at) => {
                let known = &mut own(&mut block.entries)[at].1;
                return Some(std::mem::replace(known, value));
            }
            Err(at) if block.entries.len() < MOST => {
                if at == 0 {
                    block.first = key.clone();
                }
                own(&mut block.entries).insert(at, (key, value));
            }
            Err(at) => self.insert_into_full(number, at, (key, value)),
        }
        self.len += 1;
        None
    }

    fn insert_into_full(&mut self, number: usize, at: usize, (key, value): (K, V)) {
        if at == MOST {
            return self.blocks.insert(number + 1, EntryBlock::of(key, value));
        }
        let block = &mut self.blocks[number];
        let entries = own(&mut block.entries);
        let mut right = entries.split_off(MOST / 2);
        match at.checked_sub(MOST / 2) {
            Some(at) => right.insert(at, (key, value)),
            None => entries.insert(at, (key, value)),
        }
        block.first = entries[0].0.clone();
        let right = EntryBlock { first: right[0].0.clone(), entries: Arc::new(right) };
        self.blocks.insert(number + 1, right);
    }

    /// Takes an entry out. O(log entries + blocks / `MOST`).
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let number = self.block_of(key);
        let block = self.blocks.get_mut(number)?;
        let at = block.entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        let entries = own(&mut block.entries);
        let (_, value) = entries.remove(at);
        self.len -= 1;
        match entries.first() {
            None => drop(self.blocks.remove(number)),
            Some((first, _)) => {
                block.first = first.clone();
                if entries.len() < FEW / 2 {
                    self.join_neighbours(number);
                }
            }
        }
        Some(value)
    }

    /// Makes a block and one beside it one, if both have few entries.
    fn join_neighbours(&mut self, number: usize) {
        let len = |number: usize| self.blocks.get(number).map_or(MOST, |b| b.entries.len());
        let are_few = |&left: &usize| len(left) + len(left + 1) <= FEW;
        let lefts = [Some(number), number.checked_sub(1)];
        let Some(left) = lefts.into_iter().flatten().find(are_few) else { return };
        let right = self.blocks.remove(left + 1);
        own(&mut self.blocks[left].entries).extend(Arc::unwrap_or_clone(right.entries));
    }
}

impl<K: Ord + Clone, V: PartialEq> PartialEq for BlockMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Ord + Clone, V: Eq> Eq for BlockMap<K, V> {}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for BlockMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<'a, K, V> IntoIterator for &'a BlockMap<K, V>
where
    K: Ord + Clone,
{
    type Item = (&'a K, &'a V);
    type IntoIter = BlockEntries<'a, K, V>;

    fn into_iter(self) -> BlockEntries<'a, K, V> {
        self.iter()
    }
}

/// Entries of a [`BlockMap`], ascending.
#[derive(Clone, Debug)]
pub struct BlockEntries<'a, K, V> {
    blocks: slice::Iter<'a, EntryBlock<K, V>>,
    rest: slice::Iter<'a, (K, V)>,
}

impl<'a, K, V> Iterator for BlockEntries<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<(&'a K, &'a V)> {
        loop {
            if let Some((key, value)) = self.rest.next() {
                return Some((key, value));
            }
            self.rest = self.blocks.next()?.entries.iter();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u16, u16),
        Append(u16),
        Remove(u16, u16),
        Change(u16),
        Fork,
    }

    fn step() -> impl Strategy<Value = Step> {
        let key = || 0u16..2000;
        prop_oneof![
            4 => (key(), 1u16..100).prop_map(|(first, count)| Step::Insert(first, count)),
            1 => (1u16..300).prop_map(Step::Append),
            4 => (key(), 1u16..200).prop_map(|(first, count)| Step::Remove(first, count)),
            1 => key().prop_map(Step::Change),
            1 => Just(Step::Fork),
        ]
    }

    fn do_step(step: &Step, map: &mut BlockMap<u16, u32>, plain: &mut BTreeMap<u16, u32>) {
        let last = plain.last_key_value().map_or(0, |(&key, _)| key);
        let mut insert =
            |key: u16, value| assert_eq!(map.insert(key, value), plain.insert(key, value));
        match *step {
            Step::Insert(first, count) => {
                // not in order
                let keys = (0..count).map(|n| first + n * 37 % 400);
                keys.for_each(|key| insert(key, u32::from(first)));
            }
            Step::Append(count) => {
                (1..=count).for_each(|n| insert(last + n, 1));
            }
            Step::Remove(first, count) => {
                let keys = (0..count).map(|n| first + n * 3);
                keys.for_each(|key| assert_eq!(map.remove(&key), plain.remove(&key)));
            }
            Step::Change(key) => {
                let (known, expected) = (map.get_mut(&key), plain.get_mut(&key));
                assert_eq!(known, expected);
                known.zip(expected).into_iter().for_each(|(a, b)| (*a, *b) = (7, 7));
            }
            Step::Fork => {}
        }
    }

    proptest! {
        #[test]
        fn a_map_is_a_tree_that_forks_do_not_change(
            steps in prop::collection::vec(step(), 0..60),
            probes in prop::collection::vec(0u16..2500, 0..40),
        ) {
            let (mut map, mut plain) = (BlockMap::default(), BTreeMap::new());
            let mut forks = Vec::new();
            for step in steps {
                do_step(&step, &mut map, &mut plain);
                if matches!(step, Step::Fork) {
                    forks.push((map.clone(), plain.clone()));
                }
            }
            forks.push((map, plain));
            for (map, plain) in forks {
                prop_assert!(map.iter().eq(&plain));
                prop_assert_eq!((map.len(), map.first()), (plain.len(), plain.first_key_value()));
                prop_assert_eq!(&map, &plain.iter().map(|(&key, &value)| (key, value)).collect());
                for probe in &probes {
                    prop_assert_eq!(map.get(probe), plain.get(probe));
                    prop_assert!(map.from(|key| key < probe).eq(plain.range(probe..)));
                }
                let sizes: Vec<usize> = map.blocks.iter().map(|block| block.entries.len()).collect();
                prop_assert!(sizes.iter().all(|size| (1..=MOST).contains(size)));
                prop_assert!(map.blocks.iter().all(|block| block.first == block.entries[0].0));
            }
        }
    }

    #[test]
    fn a_map_that_lost_most_of_its_entries_has_few_blocks() {
        let mut map: BlockMap<u32, ()> = (0..10_000).map(|key| (key, ())).collect();
        assert_eq!(map.blocks.len(), 10_000usize.div_ceil(MOST));
        let mut rest = (0..10_000).filter(|key| key % 100 != 0);
        assert!(rest.all(|key| map.remove(&key).is_some()));
        assert!(map.blocks.len() <= 2 * map.len() / (FEW / 2), "{}", map.blocks.len());
    }
}
