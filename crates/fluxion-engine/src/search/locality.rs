//! A shortcut for policy `locality`, whose order depends on all candidates at once: candidates of the topmost
//! run of consecutive scores come first, in the order in which they are gathered
//! (`docs/semantics/policies.md`, Locality).
//!
//! A provider is an anchor, a vertex that the request matches, or the parent of leaves that it matches. What
//! providers offer is kept in a table per kind of request; only what is chosen is formed again.

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;
use rustc_hash::FxHashMap;

use super::access::Access;
use super::scratch::Choice;
use super::{Figures, Pass, PassKind, Search};
use crate::calendar::barred::Barred;
use crate::index::score_table::table::{Offer, ScoreTable};
use crate::index::score_table::{KeyElement, ScoreTableKey};
use crate::request::RequestElement;
use crate::site::Site;
use crate::site::classes::ClassId;

/// What candidates of a provider are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProviderKind {
    /// Slots that are anchored at the provider.
    Anchor,
    /// The provider itself.
    Itself,
    /// Children without children of their own.
    Leaves,
}

impl Search<'_> {
    /// Decides at the top if the shortcut applies; the outer `None` says that it does not.
    pub(super) fn select_by_runs(&mut self) -> Option<Option<Choice>> {
        let [wanted] = &self.request.elements[self.request.top.clone()] else { return None };
        let plain = |e: &RequestElement| e.exclusivity != Exclusivity::Shared && !e.conflicts;
        let slot_of_nothing = wanted.is_slot && wanted.with.is_empty();
        if self.is_hindered_by_overruns()
            || slot_of_nothing
            || !self.request.elements.iter().all(plain)
        {
            return None;
        }
        let kind = self.kind_of_providers()?;
        if !self.figures_decide() {
            // what holds at this time alone is not kept
            let mut providers = self.providers(kind)?;
            providers.retain(|&provider| self.is_worthwhile(provider));
            let mut table = ScoreTable::new(self.site, &providers);
            self.refresh(&mut table, kind);
            return Some(self.choose_by_runs(&mut table, kind));
        }
        let key = self.key_of_request();
        let mut table = match self.indices.score_tables.take(&key) {
            Some(table) => table,
            None => ScoreTable::new(self.site, &self.providers(kind)?),
        };
        self.refresh(&mut table, kind);
        let choice = self.choose_by_runs(&mut table, kind);
        if self.is_stopped() {
            // what the table says is not to be relied on
            return Some(None);
        }
        self.indices.score_tables.put(key, table);
        Some(choice)
    }

    /// Whether what is idle and free by the figures is so during the whole pass.
    fn figures_decide(&self) -> bool {
        self.pass.figures == Figures::Apply && !self.state.has_later()
    }

    /// Whether jobs whose time is over block single vertices in ways that no figure tells.
    fn is_hindered_by_overruns(&self) -> bool {
        let Pass { kind, start, figures, .. } = self.pass;
        let present = matches!(kind, PassKind::Now | PassKind::Unreserved);
        present && (figures == Figures::Ignore || self.state.overruns(start))
    }

    fn key_of_request(&self) -> ScoreTableKey {
        let element = |e: &RequestElement| KeyElement {
            ty: e.ty,
            is_slot: e.is_slot,
            count: e.count,
            exclusivity: e.exclusivity,
            with: e.with.clone(),
        };
        ScoreTableKey {
            elements: self.request.elements.iter().map(element).collect(),
            constraint: self.constraint.as_ref().map(|a| a.serial()),
            barred: self.barred.map(Barred::serial),
        }
    }

    fn kind_of_providers(&self) -> Option<ProviderKind> {
        let wanted = &self.request.elements[self.request.top.start];
        if wanted.is_slot {
            return Some(ProviderKind::Anchor);
        }
        let classes = self.visible(&self.request.top, |_| true);
        let leaves = |&class: &ClassId| self.site.classes.get(class).child_types.is_empty();
        let count = classes.iter().filter(|class| leaves(class)).count();
        match count {
            0 => Some(ProviderKind::Itself),
            _ if count == classes.len() => Some(ProviderKind::Leaves),
            _ => None,
        }
    }

    /// The providers, depth first; none if one lies below another, or is the root itself.
    fn providers(&self, kind: ProviderKind) -> Option<Vec<VertexId>> {
        let site = self.site;
        let mut classes = self.visible(&self.request.top, |_| true);
        if kind == ProviderKind::Leaves {
            classes = classes.iter().map(|&c| site.classes.get(c).parent).collect::<Option<_>>()?;
            classes.sort_unstable();
            classes.dedup();
        }
        let parent = |&class: &ClassId| site.classes.get(class).parent;
        let nested = |&class: &ClassId| {
            std::iter::successors(parent(&class), parent).any(|above| classes.contains(&above))
        };
        let is_root = |class: &ClassId| kind == ProviderKind::Itself && parent(class).is_none();
        if classes.iter().any(|class| nested(class) || is_root(class)) {
            return None;
        }
        let members = classes.iter().flat_map(|&class| site.classes.members(&site.tree, class));
        let mut providers: Vec<VertexId> = members.collect();
        providers.sort_unstable_by_key(|&provider| site.tree.position(provider));
        Some(providers)
    }

    fn refresh(&mut self, table: &mut ScoreTable, kind: ProviderKind) {
        let changed = table.take_changed();
        if table.is_empty() {
            let offers: Vec<Offer> =
                changed.into_iter().map(|at| self.offer_at(table, at, kind)).collect();
            return table.fill(&offers);
        }
        for at in changed {
            let offer = self.offer_at(table, at, kind);
            table.replace(at, offer);
        }
    }

    /// What a provider offers now.
    fn offer_at(&mut self, table: &mut ScoreTable, at: usize, kind: ProviderKind) -> Offer {
        let provider = table.provider(self.site, at);
        let subtree = self.subtree_if_untouched(provider);
        // what is untouched is up and free, and so is its path, by the figures
        let no_tests = self.constraint.is_none()
            && self.barred.is_none()
            && !self.site.layout.has_empty_pools();
        let is_open = subtree.is_some() && no_tests && self.figures_decide();
        if !is_open && (!self.is_path_open(provider) || !self.is_open(provider)) {
            return Offer::default();
        }
        if let Some(subtree) = subtree
            && let Some(known) = table.untouched.get(&subtree)
        {
            return match kind {
                ProviderKind::Itself if !known.is_empty() => self.offer_itself(provider),
                _ => Offer::clone(known),
            };
        }
        let offer = self.offer_by_search(provider, kind);
        if let Some(subtree) = subtree {
            table.untouched.insert(subtree, Offer::clone(&offer));
        }
        offer
    }

    fn offer_by_search(&mut self, provider: VertexId, kind: ProviderKind) -> Offer {
        let checkpoint = self.checkpoint();
        let mut found = Vec::new();
        self.gather_provider(provider, kind, &mut found);
        let offered = |&candidate: &u32| {
            let candidate = &self.scratch.candidates[candidate as usize];
            (candidate.score, candidate.units)
        };
        let offer = found.iter().map(offered).collect();
        self.roll_back(checkpoint);
        offer
    }

    fn offer_itself(&self, provider: VertexId) -> Offer {
        let units = u64::from(self.site.graph.vertex(provider).size);
        Offer::from([(self.site.score(provider), units)])
    }

    /// The kind of subtree that a provider has, if it offers what all of the kind offer while nobody uses them.
    fn subtree_if_untouched(&mut self, provider: VertexId) -> Option<u32> {
        let Site { layout, .. } = self.site;
        let below = |ty: TypeId| layout.counted_total(provider, ty).is_some_and(|units| units > 0);
        let tested_below = self.constraint.as_ref().is_some_and(|a| a.tested().any(below));
        let barred = self.barred.is_some_and(|barred| barred.concerns(provider));
        let shared = layout.counted.is_complete() && !tested_below && !barred;
        if !shared || !self.is_untouched(provider) {
            return None;
        }
        self.indices.score_tables.subtree_kind(self.site, provider)
    }

    /// Whether nobody uses a provider or what lies below it during the pass, and all of it is up.
    fn is_untouched(&self, provider: VertexId) -> bool {
        let (site, state, Pass { kind, start, end, figures }) = (self.site, self.state, self.pass);
        let down = state.down();
        match figures {
            Figures::Apply => {
                let later = state.has_later() && state.is_touched(site, provider, start, end);
                state.is_untouched(site, provider) && !later
            }
            Figures::Ignore => {
                let is_up = !down.covers(provider) && !down.has_own_below(&site.tree, provider);
                (is_up || kind == PassKind::Satisfiability)
                    && !state.is_touched(site, provider, start, end)
            }
        }
    }

    /// The candidates of a provider, in the order in which they are gathered.
    fn gather_provider(&mut self, provider: VertexId, kind: ProviderKind, found: &mut Vec<u32>) {
        let site = self.site;
        let element = self.request.top.start;
        match kind {
            ProviderKind::Anchor => {
                if self.can_hold(provider, &self.request.elements[element].demand) {
                    self.form(provider, element, found);
                }
            }
            ProviderKind::Itself => found.extend(self.matched(
                provider,
                element,
                Access::Shared,
                site.tree.parent(provider),
            )),
            ProviderKind::Leaves => {
                let ty = self.request.elements[element].ty;
                for child in site.tree.children(provider) {
                    if Some(site.graph.vertex(child).ty) == ty {
                        found.extend(self.matched(child, element, Access::Shared, Some(provider)));
                    }
                }
            }
        }
    }

    /// Run after run of scores, and in each provider after provider, until the request is full.
    fn choose_by_runs(&mut self, table: &mut ScoreTable, kind: ProviderKind) -> Option<Choice> {
        let wanted = &self.request.elements[self.request.top.start];
        let (most, count) = (wanted.most, wanted.count);
        let mut formed: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
        let mut bag = Vec::new();
        let mut units = 0;
        let mut top = i64::MAX;
        while units < most
            && !self.is_stopped()
            && let Some((low, high)) = table.run_below(top)
        {
            let mut from = 0;
            while units < most
                && let Some(at) = table.next_provider(from, low)
            {
                let candidates = formed.entry(at).or_insert_with(|| {
                    let mut found = Vec::new();
                    self.gather_provider(table.provider(self.site, at), kind, &mut found);
                    found
                });
                for &candidate in candidates.iter() {
                    if (low..=high).contains(&self.score(candidate)) {
                        units += self.scratch.candidates[candidate as usize].units;
                        bag.push(candidate);
                    }
                }
                table.use_up(at, low);
                from = at + 1;
            }
            top = low;
        }
        formed.into_keys().for_each(|at| table.restore(at));
        let chosen = count.take(units);
        let start = self.scratch.picks.len();
        self.choose(&bag, chosen);
        let picks = self.scratch.picks.drain(start..).collect();
        (chosen > 0).then_some(Choice { picks, root_amount: 1 })
    }
}
