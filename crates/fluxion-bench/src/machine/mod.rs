//! Generated clusters: a plan and its text in each format. The benches take theirs from a [`Machine`], whose shape is
//! its own seed; `fluxion generate` takes any [`MachinePlan`].

mod error;
mod hosts;
mod jgf;
mod plan;
mod property;
mod recipe;
mod rv1;

use std::fmt;

pub use self::error::{MOST_GENERATED, PlanError};
pub use self::hosts::Hosts;
pub use self::plan::{MachinePlan, MemoryPlan};
pub use self::property::{InvalidProperty, NodeChoice, NodeProperty, WantedProperty};

/// What the text of a generated cluster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineFormat {
    /// JSON Graph Format, version 1.
    Jgf,
    /// A recipe.
    Grug,
    /// R version 1.
    Rv1,
}

/// A plan that was checked, and the format that it is written in.
#[derive(Debug)]
pub struct Written<'p> {
    plan: &'p MachinePlan,
    form: Form<'p>,
}

#[derive(Debug)]
enum Form<'p> {
    Jgf,
    Grug { stem: &'p str },
    Rv1,
}

impl MachinePlan {
    /// Checks that the cluster can be made and written.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn written(&self, format: MachineFormat) -> Result<Written<'_>, PlanError> {
        self.check()?;
        let form = match format {
            MachineFormat::Jgf => Form::Jgf,
            MachineFormat::Grug => Form::Grug { stem: recipe::stem(&self.hosts)? },
            MachineFormat::Rv1 if self.cores + self.gpus == 0 => {
                return Err(PlanError::NothingForR);
            }
            MachineFormat::Rv1 => Form::Rv1,
        };
        Ok(Written { plan: self, form })
    }
}

impl Written<'_> {
    /// Writes the text, without keeping it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self.form {
            Form::Jgf => jgf::write(self.plan, 0..self.plan.racks.max(1), out),
            Form::Grug { stem } => recipe::write(self.plan, stem, out),
            Form::Rv1 => rv1::write(self.plan, out),
        }
    }

    /// What of the plan the format cannot say, for people.
    pub fn losses(&self) -> Vec<String> {
        let MachinePlan { racks, sockets, memory, properties, down, .. } = self.plan;
        let values = properties.iter().any(|property| !property.value.is_empty());
        let lost: &[(bool, &str)] = match self.form {
            Form::Jgf => &[],
            Form::Grug { .. } => &[
                (!properties.is_empty(), "a recipe has no properties"),
                (!down.is_empty(), "a recipe has no status: all nodes are up"),
            ],
            Form::Rv1 => &[
                (*racks > 0, "R has no racks: the nodes hang below the cluster"),
                (*sockets > 0, "R has no sockets: cores and gpus hang below the nodes"),
                (memory.pools > 0, "R has no memory"),
                (values, "R has no values of properties: each becomes a name with `=` in it"),
                (!down.is_empty(), "R has no status: all nodes are up"),
            ],
        };
        lost.iter().filter(|(is_lost, _)| *is_lost).map(|(_, text)| (*text).to_owned()).collect()
    }
}

/// How many of what a machine of the benches has. Hosts are called `fake0`, `fake1`, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    /// Racks below the cluster; 0 for nodes directly below it, as R version 1 has them.
    pub(crate) racks: usize,
    /// Nodes in all, a multiple of the racks.
    pub(crate) nodes: usize,
    /// Cores per node.
    pub(crate) cores: usize,
    /// Gpus per node.
    pub(crate) gpus: usize,
}

/// The share of nodes, in 64ths, that ends with each class of [`Machine::rv1`].
const CLASSES: [(&str, usize); 3] = [("compute", 40), ("test", 61), ("debug", 64)];

impl Machine {
    /// Nodes directly below the cluster.
    pub(crate) const fn flat(nodes: usize, cores: usize, gpus: usize) -> Self {
        Self { racks: 0, nodes, cores, gpus }
    }

    /// Vertices in all.
    #[cfg(test)]
    pub(crate) const fn vertices(self) -> usize {
        1 + self.racks + self.nodes * (1 + self.cores + self.gpus)
    }

    fn plan(self) -> MachinePlan {
        let Self { racks, nodes, cores, gpus } = self;
        let hosts = Hosts::Numbered("fake".to_owned());
        MachinePlan { racks, nodes, cores, gpus, hosts, ..MachinePlan::default() }
    }

    /// R version 1. The first 5/8 of the nodes have the property `compute`, the last 3/64 `debug`, those between
    /// `test`. There are no racks in this format.
    pub(crate) fn rv1(self) -> String {
        let mut plan = self.plan();
        let mut begin = 0;
        for (name, share) in CLASSES {
            let end = self.nodes * share / 64;
            let nodes = (begin..end).collect();
            plan.properties.push(NodeProperty {
                name: name.to_owned(),
                value: String::new(),
                nodes,
            });
            begin = end;
        }
        text(|out| rv1::write(&plan, out))
    }

    /// A recipe that generates the machine.
    pub(crate) fn grug(self) -> String {
        text(|out| recipe::write(&self.plan(), "node", out))
    }

    /// JSON Graph Format, one vertex or edge a line.
    pub(crate) fn jgf(self) -> String {
        text(|out| jgf::write(&self.plan(), 0..self.racks.max(1), out))
    }

    /// The JSON Graph Format of one rack with what is above it, to attach.
    pub(crate) fn jgf_of_rack(self, rack: usize) -> String {
        text(|out| jgf::write(&self.plan(), rack..rack + 1, out))
    }
}

/// A text that is written at once. Writing to a string cannot fail.
fn text(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut text = String::new();
    let _ = write(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use fluxion_context::{Context, LoadFormat, Options, StatusTarget};

    use super::*;

    fn load(text: &str, load_format: LoadFormat) -> Context {
        Context::load(text, &Options { load_format, ..Options::default() }).unwrap()
    }

    /// Sizes are as documented, in every format that can say them.
    #[track_caller]
    fn check(machine: Machine, expected: usize) {
        assert_eq!(machine.vertices(), expected);
        let mut texts = vec![(machine.grug(), LoadFormat::Grug), (machine.jgf(), LoadFormat::Jgf)];
        texts.extend((machine.racks == 0).then(|| (machine.rv1(), LoadFormat::Rv1exec)));
        for (text, format) in texts {
            let context = load(&text, format);
            assert_eq!(context.graph().vertices().len(), expected, "{format}");
        }
    }

    #[test]
    fn sizes() {
        check(Machine::flat(1, 1, 0), 3);
        check(Machine::flat(64, 4, 2), 449);
        check(Machine { racks: 3, nodes: 12, cores: 2, gpus: 1 }, 52);
    }

    #[test]
    fn the_large_machine_is_the_published_one() {
        assert_eq!(Machine::flat(16_384, 96, 4).vertices(), 1_654_785);
    }

    #[test]
    fn a_rack_can_go_and_come_back() {
        let machine = Machine { racks: 3, nodes: 12, cores: 2, gpus: 1 };
        let mut context = load(&machine.jgf(), LoadFormat::Jgf);
        for rack in 0..3 {
            context.remove_path(&format!("/cluster0/rack{rack}")).unwrap();
            assert_eq!(context.graph().vertex_count(), 35);
            context.attach(&machine.jgf_of_rack(rack)).unwrap();
            assert_eq!(context.graph().vertex_count(), 52);
        }
        let path = "/cluster0/rack2/fake11/gpu0";
        assert!(context.statuses(StatusTarget::Path(path)).is_ok());
    }

    #[test]
    fn texts() {
        insta::assert_snapshot!(Machine::flat(64, 2, 1).rv1(), @r##"{"version": 1, "execution": {"R_lite": [{"rank": "0-63", "children": {"core": "0-1", "gpu": "0"}}], "nodelist": ["fake[0-63]"], "properties": {"compute": "0-39", "test": "40-60", "debug": "61-63"}, "starttime": 0, "expiration": 0}}"##);
        insta::assert_snapshot!(Machine { racks: 1, nodes: 1, cores: 1, gpus: 0 }.jgf(), @r##"
        {"graph": {"nodes": [
        {"id": "0", "metadata": {"type": "cluster", "basename": "cluster", "name": "cluster0", "id": 0, "uniq_id": 0, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/cluster0"}}},
        {"id": "1", "metadata": {"type": "rack", "basename": "rack", "name": "rack0", "id": 0, "uniq_id": 1, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/cluster0/rack0"}}},
        {"id": "2", "metadata": {"type": "node", "basename": "fake", "name": "fake0", "id": 0, "uniq_id": 2, "rank": 0, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/cluster0/rack0/fake0"}}},
        {"id": "3", "metadata": {"type": "core", "basename": "core", "name": "core0", "id": 0, "uniq_id": 3, "rank": 0, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/cluster0/rack0/fake0/core0"}}}],
        "edges": [
        {"source": "0", "target": "1", "metadata": {"subsystem": "containment"}},
        {"source": "1", "target": "2", "metadata": {"subsystem": "containment"}},
        {"source": "2", "target": "3", "metadata": {"subsystem": "containment"}}]}}
        "##);
    }
}
