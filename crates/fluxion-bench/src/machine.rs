//! Machines: a shape and its text in each format. Plain arithmetic, no randomness: a shape is its own seed.

use std::fmt::Write as _;

/// How many of what a machine has. Hosts are called `fake0`, `fake1`, ...
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

const RECIPE_KEYS: &str = r#"<graphml>
<key id="root" for="node" attr.name="root" attr.type="int"><default>0</default></key>
<key id="type" for="node" attr.name="type" attr.type="string"/>
<key id="basename" for="node" attr.name="basename" attr.type="string"/>
<key id="size" for="node" attr.name="size" attr.type="long"><default>1</default></key>
<key id="subsystem" for="node" attr.name="subsystem" attr.type="string"><default>containment</default></key>
<key id="e_subsystem" for="edge" attr.name="e_subsystem" attr.type="string"><default>containment</default></key>
<key id="relation" for="edge" attr.name="relation" attr.type="string"><default>contains</default></key>
<key id="gen_method" for="edge" attr.name="gen_method" attr.type="string"><default>MULTIPLY</default></key>
<key id="multi_scale" for="edge" attr.name="multi_scale" attr.type="int"><default>1</default></key>
<graph edgedefault="directed">
"#;

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

    /// R version 1. The first 5/8 of the nodes have the property `compute`, the last 3/64 `debug`, those between
    /// `test`. There are no racks in this format.
    pub(crate) fn rv1(self) -> String {
        let Self { nodes, cores, gpus, .. } = self;
        let gpus = if gpus > 0 { format!(", \"gpu\": \"{}\"", first(gpus)) } else { String::new() };
        let mut classes = Vec::new();
        let mut begin = 0;
        for (name, share) in CLASSES {
            let end = nodes * share / 64;
            if begin < end {
                classes.push(format!("\"{name}\": \"{}\"", range(begin, end)));
            }
            begin = end;
        }
        let (classes, nodes, cores) = (classes.join(", "), first(nodes), first(cores));
        format!(
            "{{\"version\": 1, \"execution\": {{\"R_lite\": [{{\"rank\": \"{nodes}\", \"children\": \
             {{\"core\": \"{cores}\"{gpus}}}}}], \"nodelist\": [\"fake[{nodes}]\"], \
             \"properties\": {{{classes}}}, \"starttime\": 0, \"expiration\": 0}}}}\n"
        )
    }

    /// A recipe that generates the machine.
    pub(crate) fn grug(self) -> String {
        let Self { racks, nodes, cores, gpus } = self;
        let mut text = RECIPE_KEYS.to_owned();
        let mut chain = vec![("cluster", 1)];
        chain.extend((racks > 0).then_some(("rack", racks)));
        chain.push(("node", nodes / racks.max(1)));
        for (at, (name, count)) in chain.iter().enumerate() {
            let root = if at == 0 { "<data key=\"root\">1</data>" } else { "" };
            recipe_vertex(&mut text, name, root);
            if let Some((above, _)) = at.checked_sub(1).and_then(|above| chain.get(above)) {
                recipe_edge(&mut text, above, name, *count);
            }
        }
        for (name, count) in [("core", cores), ("gpu", gpus)].into_iter().filter(|(_, n)| *n > 0) {
            recipe_vertex(&mut text, name, "");
            recipe_edge(&mut text, "node", name, count);
        }
        text + "</graph>\n</graphml>\n"
    }

    /// JSON Graph Format, one vertex or edge a line.
    pub(crate) fn jgf(self) -> String {
        self.jgf_of(0..self.racks.max(1))
    }

    /// The JSON Graph Format of one rack with what is above it, to attach.
    pub(crate) fn jgf_of_rack(self, rack: usize) -> String {
        self.jgf_of(rack..rack + 1)
    }

    fn jgf_of(self, racks: std::ops::Range<usize>) -> String {
        let mut text = Jgf::default();
        text.vertex(0, "cluster", 0, -1, "/cluster0");
        let per_rack = self.nodes / self.racks.max(1);
        for rack in racks {
            let above = 1 + rack * (1 + per_rack * (1 + self.cores + self.gpus));
            let (parent, path, first) = match self.racks {
                0 => (0, "/cluster0".to_owned(), 1),
                _ => (above, format!("/cluster0/rack{rack}"), above + 1),
            };
            if self.racks > 0 {
                text.vertex(parent, "rack", rack, -1, &path);
                text.edge(0, parent);
            }
            for at in 0..per_rack {
                let id = first + at * (1 + self.cores + self.gpus);
                self.jgf_node(&mut text, (parent, &path), id, rack * per_rack + at);
            }
        }
        text.finish()
    }

    fn jgf_node(self, text: &mut Jgf, (parent, above): (usize, &str), id: usize, number: usize) {
        let path = format!("{above}/fake{number}");
        let rank = i64::try_from(number).unwrap_or(i64::MAX);
        text.named(id, ("node", &format!("fake{number}")), number, rank, &path);
        text.edge(parent, id);
        let units = [("core", self.cores, 1), ("gpu", self.gpus, 1 + self.cores)];
        for (ty, count, offset) in units {
            for at in 0..count {
                text.vertex(id + offset + at, ty, at, rank, &format!("{path}/{ty}{at}"));
                text.edge(id, id + offset + at);
            }
        }
    }
}

/// The first so many numbers as an idset.
fn first(count: usize) -> String {
    range(0, count)
}

/// The numbers from `begin` to before `end` as an idset.
fn range(begin: usize, end: usize) -> String {
    if begin + 1 >= end { begin.to_string() } else { format!("{begin}-{}", end - 1) }
}

fn recipe_vertex(text: &mut String, name: &str, more: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "<node id=\"{name}\"><data key=\"type\">{name}</data><data key=\"basename\">{name}</data>{more}</node>"
    );
}

fn recipe_edge(text: &mut String, above: &str, name: &str, count: usize) {
    let _ = writeln!(
        text,
        "<edge source=\"{above}\" target=\"{name}\"><data key=\"multi_scale\">{count}</data></edge>"
    );
}

/// A text that grows.
#[derive(Default)]
struct Jgf {
    vertices: String,
    edges: String,
}

impl Jgf {
    fn vertex(&mut self, id: usize, ty: &str, number: usize, rank: i64, path: &str) {
        let name = format!("{ty}{number}");
        self.named(id, (ty, &name), number, rank, path);
    }

    fn named(&mut self, id: usize, (ty, name): (&str, &str), number: usize, rank: i64, path: &str) {
        let separator = if self.vertices.is_empty() { "" } else { ",\n" };
        let basename = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let _ = write!(
            self.vertices,
            "{separator}{{\"id\": \"{id}\", \"metadata\": {{\"type\": \"{ty}\", \"basename\": \"{basename}\", \
             \"name\": \"{name}\", \"id\": {number}, \"uniq_id\": {id}, \"rank\": {rank}, \"exclusive\": false, \
             \"unit\": \"\", \"size\": 1, \"paths\": {{\"containment\": \"{path}\"}}}}}}"
        );
    }

    fn edge(&mut self, source: usize, target: usize) {
        let separator = if self.edges.is_empty() { "" } else { ",\n" };
        let _ = write!(
            self.edges,
            "{separator}{{\"source\": \"{source}\", \"target\": \"{target}\", \
             \"metadata\": {{\"subsystem\": \"containment\"}}}}"
        );
    }

    fn finish(self) -> String {
        let Self { vertices, edges } = self;
        format!("{{\"graph\": {{\"nodes\": [\n{vertices}],\n\"edges\": [\n{edges}]}}}}\n")
    }
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
