//! Graph files: GRUG, recipes that can ask for more than fits anywhere.

use crate::support::{job, load, session};

const KEYS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="root" for="node" attr.name="root" attr.type="int"><default>0</default></key>
<key id="type" for="node" attr.name="type" attr.type="string"/>
<key id="basename" for="node" attr.name="basename" attr.type="string"/>
<key id="size" for="node" attr.name="size" attr.type="long"><default>1</default></key>
<key id="subsystem" for="node" attr.name="subsystem" attr.type="string"><default>containment</default></key>
<key id="e_subsystem" for="edge" attr.name="e_subsystem" attr.type="string"><default>containment</default></key>
<key id="relation" for="edge" attr.name="relation" attr.type="string"><default>contains</default></key>
<key id="rrelation" for="edge" attr.name="rrelation" attr.type="string"><default>in</default></key>
<key id="gen_method" for="edge" attr.name="gen_method" attr.type="string"><default>MULTIPLY</default></key>
<key id="id_scope" for="edge" attr.name="id_scope" attr.type="int"><default>0</default></key>
<key id="id_start" for="edge" attr.name="id_start" attr.type="int"><default>0</default></key>
<key id="id_stride" for="edge" attr.name="id_stride" attr.type="int"><default>1</default></key>
<key id="multi_scale" for="edge" attr.name="multi_scale" attr.type="int"><default>1</default></key>
"#;

fn node(id: &str, ty: &str, more: &str) -> String {
    format!(
        r#"<node id="{id}"><data key="type">{ty}</data><data key="basename">{ty}</data>{more}</node>"#
    )
}

fn root() -> String {
    node("c", "cluster", r#"<data key="root">1</data>"#)
}

fn edge(source: &str, target: &str, data: &[(&str, &str)]) -> String {
    let data: String =
        data.iter().map(|(key, value)| format!(r#"<data key="{key}">{value}</data>"#)).collect();
    format!(r#"<edge id="{source}2{target}" source="{source}" target="{target}">{data}</edge>"#)
}

fn recipe(elements: &[String]) -> String {
    format!(
        "{KEYS}<graph id=\"g\" edgedefault=\"directed\">{}</graph></graphml>",
        elements.concat()
    )
}

#[test]
fn a_sound_recipe_loads() {
    let text = recipe(&[root(), node("n", "node", ""), edge("c", "n", &[("multi_scale", "4")])]);
    load(text, "grug").says("");
}

#[test]
fn gigantic_scales() {
    for scale in
        ["1000000000", "2147483647", "4294967295", "9223372036854775807", "1e9", "-1", "NaN"]
    {
        let text =
            recipe(&[root(), node("n", "node", ""), edge("c", "n", &[("multi_scale", scale)])]);
        load(text, "grug").is_clear();
    }
    for scale in ["4194305", "16777216", "1000000000"] {
        let text =
            recipe(&[root(), node("n", "node", ""), edge("c", "n", &[("multi_scale", scale)])]);
        load(text, "grug").is_refused("the graph would be too large: at most 4194304 vertices");
    }
    let mut elements = vec![root()];
    for level in 0..40 {
        let above = if level == 0 { "c".to_owned() } else { format!("n{}", level - 1) };
        elements.push(node(&format!("n{level}"), "node", ""));
        elements.push(edge(&above, &format!("n{level}"), &[("multi_scale", "10")]));
    }
    load(recipe(&elements), "grug").is_refused("ERROR");
}

#[test]
fn a_vertex_with_100_000_children() {
    let text =
        recipe(&[root(), node("n", "core", ""), edge("c", "n", &[("multi_scale", "100000")])]);
    let job = job(
        r#"[{"type": "slot", "label": "s", "count": 100000, "with": [{"type": "core", "count": 1}]}]"#,
    );
    for policy in ["first", "low", "high", "locality"] {
        let files: [(&str, &[u8]); 2] = [("graph", text.as_bytes()), ("job", job.as_bytes())];
        let input = b"match allocate job\ncancel 1\nmatch allocate_orelse_reserve job\n";
        session(&files, &format!("-L graph -P {policy} -F rv1_nosched"), input)
            .says("RESOURCES=ALLOCATED");
    }
}

#[test]
fn numbers_that_overflow() {
    for key in ["id_start", "id_stride", "id_scope"] {
        for value in ["9223372036854775807", "-9223372036854775808", "2147483647", "1e400", "x"] {
            let text = recipe(&[
                root(),
                node("n", "node", ""),
                edge("c", "n", &[("multi_scale", "3"), (key, value)]),
            ]);
            load(text, "grug").is_clear();
        }
    }
    for size in ["4294967295", "4294967296", "9223372036854775808", "-1", "NaN"] {
        let more = format!(r#"<data key="size">{size}</data>"#);
        load(recipe(&[root(), node("n", "node", &more), edge("c", "n", &[])]), "grug").is_clear();
    }
}

#[test]
fn recipes_with_cycles() {
    let (a, b) = (node("a", "node", ""), node("b", "core", ""));
    for edges in [[("c", "a"), ("a", "c")], [("c", "c"), ("c", "a")], [("a", "b"), ("b", "a")]] {
        let edges: String = edges.iter().map(|(s, t)| edge(s, t, &[])).collect();
        load(recipe(&[root(), a.clone(), b.clone(), edges]), "grug").is_clear();
    }
}

#[test]
fn recipes_that_are_deep() {
    let mut elements = vec![root()];
    for level in 0..100_000 {
        let above = if level == 0 { "c".to_owned() } else { format!("n{}", level - 1) };
        elements.push(node(&format!("n{level}"), "node", ""));
        elements.push(edge(&above, &format!("n{level}"), &[]));
    }
    load(recipe(&elements), "grug").is_refused("ERROR");
    elements.truncate(2 * 2000 + 1);
    load(recipe(&elements), "grug").is_refused("ERROR");
}

#[test]
fn recipes_whose_paths_multiply() {
    let mut elements = vec![root()];
    for level in 0..60 {
        elements.push(node(&format!("a{level}"), "node", ""));
        elements.push(node(&format!("b{level}"), "node", ""));
        let above = match level {
            0 => vec!["c".to_owned()],
            _ => vec![format!("a{}", level - 1), format!("b{}", level - 1)],
        };
        for source in above {
            elements.push(edge(&source, &format!("a{level}"), &[]));
            elements.push(edge(&source, &format!("b{level}"), &[]));
        }
    }
    load(recipe(&elements), "grug").is_clear();
}

#[test]
fn deep_and_broken_xml() {
    for text in [
        "<a>".repeat(100_000),
        "<graphml><graph>".repeat(50_000),
        format!("{KEYS}{}", "<graph>".repeat(100_000)),
        "<!--".repeat(100_000),
        "<![CDATA[".repeat(100_000),
        "<?".repeat(100_000),
        format!("<graphml {}/>", "a='1' ".repeat(100_000)),
        format!("<graphml>{}</graphml>", "&#x0;".repeat(1000)),
    ] {
        load(text, "grug").is_refused("ERROR");
    }
}

#[test]
fn entities_that_multiply() {
    let mut document = String::from("<!DOCTYPE lolz [<!ENTITY l0 \"lol\">");
    for level in 1..30 {
        let inside = format!("&l{};", level - 1).repeat(10);
        document.push_str(&format!("<!ENTITY l{level} \"{inside}\">"));
    }
    document.push_str("]>");
    let text = recipe(&[root()]).replace("<graphml", &format!("{document}<graphml"));
    let text = text.replace("cluster", "&l29;");
    load(text, "grug").is_refused("ERROR");
    let outside = "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><graphml>&e;</graphml>";
    load(outside, "grug").is_refused("ERROR");
}

#[test]
fn truncated_recipes() {
    let text = recipe(&[root(), node("n", "node", ""), edge("c", "n", &[("multi_scale", "4")])]);
    for end in (0..text.len()).step_by(29) {
        load(&text[..end], "grug").is_refused("ERROR");
    }
}
