//! A graph as GraphML (`docs/semantics/formats.md`, Graph files): the eleven attributes of the reference, and
//! behind them the rank and the status of each vertex. What is a map is one text, `{key=value,key=value}`.

use std::fmt::{self, Display, Write};

use fluxion_graph::{Edge, EdgeId, Graph, VertexId};

use super::listing::Listing;

/// Attributes: what they belong to, name, type. Their place is the number of their key.
const KEYS: [(&str, &str, &str); 13] = [
    ("node", "basename", "string"),
    ("node", "id", "long"),
    ("node", "member_of", "string"),
    ("edge", "member_of", "string"),
    ("node", "name", "string"),
    ("node", "paths", "string"),
    ("node", "props", "string"),
    ("node", "size", "long"),
    ("node", "type", "string"),
    ("node", "uniq_id", "long"),
    ("node", "unit", "string"),
    ("node", "rank", "int"),
    ("node", "status", "string"),
];

/// The key of the only attribute of an edge.
const EDGE_MEMBER_OF: usize = 3;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
    http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n";

const GRAPH: &str = "  <graph id=\"G\" edgedefault=\"directed\" parse.nodeids=\"canonical\" \
    parse.edgeids=\"canonical\" parse.order=\"nodesfirst\">\n";

pub(super) fn write(listing: &Listing<'_>, out: &mut dyn Write) -> fmt::Result {
    out.write_str(HEAD)?;
    for (key, (owner, name, ty)) in KEYS.iter().enumerate() {
        writeln!(
            out,
            "  <key id=\"key{key}\" for=\"{owner}\" attr.name=\"{name}\" attr.type=\"{ty}\" />"
        )?;
    }
    out.write_str(GRAPH)?;
    for (number, vertex) in listing.vertices() {
        writeln!(out, "    <node id=\"n{number}\">")?;
        write_vertex(listing, vertex, out)?;
        out.write_str("    </node>\n")?;
    }
    for (number, (id, edge, ends)) in listing.edges().enumerate() {
        write_edge(listing.graph, number, (id, edge, ends), out)?;
    }
    out.write_str("  </graph>\n</graphml>\n")
}

fn write_vertex(listing: &Listing<'_>, id: VertexId, out: &mut dyn Write) -> fmt::Result {
    let graph = listing.graph;
    let vertex = graph.vertex(id);
    let subsystems = || graph.paths_of(id).map(|(subsystem, _)| graph.subsystem_name(subsystem));
    let paths =
        graph.paths_of(id).map(|(s, path)| (graph.subsystem_name(s), graph.path_text(path)));
    let values: [(usize, &dyn Display); 12] = [
        (0, &graph.basename(vertex)),
        (1, &vertex.id),
        (2, &map(subsystems().map(|name| (name, "*")))),
        (4, &graph.text(vertex.name)),
        (5, &map(paths)),
        (6, &map(graph.properties(id))),
        (7, &vertex.size),
        (8, &graph.type_name(vertex.ty)),
        (9, &vertex.uniq_id),
        (10, &graph.unit(vertex)),
        (11, &vertex.rank),
        (12, &(listing.status)(id).as_str()),
    ];
    values.iter().try_for_each(|(key, value)| write_data(*key, value, out))
}

fn write_edge(
    graph: &Graph,
    number: usize,
    (id, edge, [source, target]): (EdgeId, &Edge, [usize; 2]),
    out: &mut dyn Write,
) -> fmt::Result {
    writeln!(out, "    <edge id=\"e{number}\" source=\"n{source}\" target=\"n{target}\">")?;
    let relations = map([(graph.subsystem_name(edge.subsystem), graph.relation(id))]);
    write_data(EDGE_MEMBER_OF, &relations, out)?;
    out.write_str("    </edge>\n")
}

fn write_data(key: usize, value: &dyn Display, out: &mut dyn Write) -> fmt::Result {
    write!(out, "      <data key=\"key{key}\">")?;
    write!(Escaping(out), "{value}")?;
    out.write_str("</data>\n")
}

fn map<V: Display>(entries: impl IntoIterator<Item = (impl Display, V)>) -> String {
    let entries: Vec<String> = entries.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
    format!("{{{}}}", entries.join(","))
}

/// Passes text on as the content of an element. What XML cannot express becomes the replacement character.
struct Escaping<'a>(&'a mut dyn Write);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_special) {
            let (plain, special) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut chars = special.chars();
            match chars.next() {
                Some('<') => self.0.write_str("&lt;")?,
                Some('>') => self.0.write_str("&gt;")?,
                Some('&') => self.0.write_str("&amp;")?,
                Some('\r') => self.0.write_str("&#13;")?,
                _ => self.0.write_char(char::REPLACEMENT_CHARACTER)?,
            }
            rest = chars.as_str();
        }
        self.0.write_str(rest)
    }
}

fn is_special(ch: char) -> bool {
    matches!(ch, '<' | '>' | '&' | '\0'..='\x08' | '\x0b'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use fluxion_graph::{CONTAINMENT, Graph, Status, VertexId, VertexSpec};
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::super::testing::{Machine, demo};
    use super::super::{GraphFormat, write_graph};

    fn graphml(graph: &Graph) -> String {
        let mut out = String::new();
        write_graph(GraphFormat::Graphml, graph, &|v| graph.vertex(v).status, &mut out).unwrap();
        out
    }

    /// Every attribute of every node and edge, as a reader of GraphML sees them.
    fn read(text: &str) -> Vec<String> {
        let document = roxmltree::Document::parse(text).unwrap();
        let with_tag = |tag: &'static str| {
            document.descendants().filter(move |n| n.has_tag_name((XMLNS, tag)))
        };
        const XMLNS: &str = "http://graphml.graphdrawing.org/xmlns";
        let key = |id: &str| with_tag("key").find(|k| k.attribute("id") == Some(id)).unwrap();
        let describe = |element: roxmltree::Node<'_, '_>| {
            let mut line = element.attribute("id").unwrap().to_owned();
            for end in ["source", "target"] {
                if let Some(end) = element.attribute(end) {
                    assert!(with_tag("node").any(|n| n.attribute("id") == Some(end)), "{end}");
                    line.push_str(&format!(" {end}"));
                }
            }
            for data in element.children().filter(|n| n.is_element()) {
                let key = key(data.attribute("key").unwrap());
                assert_eq!(key.attribute("for"), Some(element.tag_name().name()));
                let (name, value) = (key.attribute("attr.name").unwrap(), data.text());
                line.push_str(&format!(" {name}:{}", value.unwrap_or("")));
            }
            line
        };
        with_tag("node").chain(with_tag("edge")).map(describe).collect()
    }

    #[test]
    fn a_small_graph() {
        let mut machine = Machine::new();
        machine.plain("/demo0", "cluster", 0, -1);
        let spec = VertexSpec {
            basename: Some("n"),
            unit: "GB",
            rank: 3,
            size: 4,
            status: Status::Down,
            ..VertexSpec::new("node", 7, 9)
        };
        let node = machine.add("/demo0/n7", spec);
        machine.graph.set_property(node, "ssd", "");
        machine.graph.set_property(node, "arch", "<x&y>");
        let power = machine.graph.add_subsystem("power").unwrap();
        machine.graph.set_path(node, power, "/pdu0/n7");
        let edge = machine.graph.add_edge(node, VertexId(0), power).unwrap();
        machine.graph.set_relation(edge, "drawn_from");
        assert_snapshot!(graphml(&machine.graph), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
          <key id="key0" for="node" attr.name="basename" attr.type="string" />
          <key id="key1" for="node" attr.name="id" attr.type="long" />
          <key id="key2" for="node" attr.name="member_of" attr.type="string" />
          <key id="key3" for="edge" attr.name="member_of" attr.type="string" />
          <key id="key4" for="node" attr.name="name" attr.type="string" />
          <key id="key5" for="node" attr.name="paths" attr.type="string" />
          <key id="key6" for="node" attr.name="props" attr.type="string" />
          <key id="key7" for="node" attr.name="size" attr.type="long" />
          <key id="key8" for="node" attr.name="type" attr.type="string" />
          <key id="key9" for="node" attr.name="uniq_id" attr.type="long" />
          <key id="key10" for="node" attr.name="unit" attr.type="string" />
          <key id="key11" for="node" attr.name="rank" attr.type="int" />
          <key id="key12" for="node" attr.name="status" attr.type="string" />
          <graph id="G" edgedefault="directed" parse.nodeids="canonical" parse.edgeids="canonical" parse.order="nodesfirst">
            <node id="n0">
              <data key="key0">cluster</data>
              <data key="key1">0</data>
              <data key="key2">{containment=*}</data>
              <data key="key4">demo0</data>
              <data key="key5">{containment=/demo0}</data>
              <data key="key6">{}</data>
              <data key="key7">1</data>
              <data key="key8">cluster</data>
              <data key="key9">0</data>
              <data key="key10"></data>
              <data key="key11">-1</data>
              <data key="key12">up</data>
            </node>
            <node id="n1">
              <data key="key0">n</data>
              <data key="key1">7</data>
              <data key="key2">{containment=*,power=*}</data>
              <data key="key4">n7</data>
              <data key="key5">{containment=/demo0/n7,power=/pdu0/n7}</data>
              <data key="key6">{arch=&lt;x&amp;y&gt;,ssd=}</data>
              <data key="key7">4</data>
              <data key="key8">node</data>
              <data key="key9">9</data>
              <data key="key10">GB</data>
              <data key="key11">3</data>
              <data key="key12">down</data>
            </node>
            <edge id="e0" source="n0" target="n1">
              <data key="key3">{containment=contains}</data>
            </edge>
            <edge id="e1" source="n1" target="n0">
              <data key="key3">{power=drawn_from}</data>
            </edge>
          </graph>
        </graphml>
        "#);
        assert_snapshot!(read(&graphml(&machine.graph)).join("\n"), @r"
        n0 basename:cluster id:0 member_of:{containment=*} name:demo0 paths:{containment=/demo0} props:{} size:1 type:cluster uniq_id:0 unit: rank:-1 status:up
        n1 basename:n id:7 member_of:{containment=*,power=*} name:n7 paths:{containment=/demo0/n7,power=/pdu0/n7} props:{arch=<x&y>,ssd=} size:4 type:node uniq_id:9 unit:GB rank:3 status:down
        e0 n0 n1 member_of:{containment=contains}
        e1 n1 n0 member_of:{power=drawn_from}
        ");
    }

    #[test]
    fn removed_vertices_leave_no_gap() {
        let mut machine = demo();
        let gone = [machine.at("/demo0/rack0/alpha0")];
        let all = machine.graph.with_descendants(&gone, CONTAINMENT);
        machine.graph.remove_vertices(&all.into_iter().collect::<Vec<_>>());
        let lines = read(&graphml(&machine.graph));
        let ids: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(ids.join(" "), "n0 n1 n2 n3 n4 n5 n6 n7 e0 e1 e2 e3 e4 e5 e6");
    }

    #[test]
    fn an_empty_graph() {
        assert_eq!(read(&graphml(&Graph::new())), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_is_valid_and_comes_back_where_xml_can_express_it(text in any::<String>()) {
            let mut graph = Graph::new();
            let spec = VertexSpec { name: Some(&text), ..VertexSpec::new(&text, 0, 0) };
            graph.add_vertex(&spec).unwrap();
            let expected: String = text
                .chars()
                .map(|ch| if super::is_special(ch) && !"<>&\r".contains(ch) { '\u{fffd}' } else { ch })
                .collect();
            let line = read(&graphml(&graph)).remove(0);
            prop_assert!(line.contains(&format!("name:{expected} ")), "{line}");
        }
    }
}
