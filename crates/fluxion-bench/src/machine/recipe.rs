//! A plan as a recipe of GRUG (`docs/semantics/readers.md`, GRUG).

use std::fmt::{self, Write};

use super::error::PlanError;
use super::hosts::Hosts;
use super::plan::MachinePlan;

const KEYS: &str = r#"<graphml>
<key id="root" for="node" attr.name="root" attr.type="int"><default>0</default></key>
<key id="type" for="node" attr.name="type" attr.type="string"/>
<key id="basename" for="node" attr.name="basename" attr.type="string"/>
<key id="size" for="node" attr.name="size" attr.type="long"><default>1</default></key>
<key id="unit" for="node" attr.name="unit" attr.type="string"/>
<key id="subsystem" for="node" attr.name="subsystem" attr.type="string"><default>containment</default></key>
<key id="e_subsystem" for="edge" attr.name="e_subsystem" attr.type="string"><default>containment</default></key>
<key id="relation" for="edge" attr.name="relation" attr.type="string"><default>contains</default></key>
<key id="gen_method" for="edge" attr.name="gen_method" attr.type="string"><default>MULTIPLY</default></key>
<key id="multi_scale" for="edge" attr.name="multi_scale" attr.type="int"><default>1</default></key>
<key id="id_scope" for="edge" attr.name="id_scope" attr.type="int"><default>0</default></key>
<graph edgedefault="directed">
"#;

/// The name that a recipe numbers.
///
/// # Errors
/// The hosts have other names.
pub(super) fn stem(hosts: &Hosts) -> Result<&str, PlanError> {
    match hosts {
        Hosts::Numbered(stem) => Ok(stem),
        Hosts::Listed { list, .. } => Err(PlanError::HostsOfRecipe(list.clone())),
    }
}

/// Writes a recipe that generates the cluster; its nodes are numbered behind `stem`.
pub(super) fn write(plan: &MachinePlan, stem: &str, out: &mut dyn Write) -> fmt::Result {
    out.write_str(KEYS)?;
    write_vertex("cluster", "cluster", "<data key=\"root\">1</data>", out)?;
    let mut above = "cluster";
    if plan.racks > 0 {
        write_vertex("rack", "rack", "", out)?;
        write_edge(above, "rack", plan.racks, "", out)?;
        above = "rack";
    }
    write_vertex("node", stem, "", out)?;
    write_edge(above, "node", plan.nodes_per_rack(), within(plan.racks), out)?;
    above = "node";
    if plan.sockets > 0 {
        write_vertex("socket", "socket", "", out)?;
        write_edge(above, "socket", plan.sockets, "", out)?;
        above = "socket";
    }
    let memory = &plan.memory;
    let of_memory = format!(
        "<data key=\"size\">{}</data><data key=\"unit\">{}</data>",
        memory.size, memory.unit
    );
    for (ty, count, more) in
        [("core", plan.cores, ""), ("gpu", plan.gpus, ""), ("memory", memory.pools, &of_memory)]
    {
        if count > 0 {
            write_vertex(ty, ty, more, out)?;
            write_edge(above, ty, count / plan.sockets.max(1), within(plan.sockets), out)?;
        }
    }
    out.write_str("</graph>\n</graphml>\n")
}

/// Whether numbers go on from one holder to the next.
fn within(holders: usize) -> &'static str {
    if holders > 0 { "<data key=\"id_scope\">1</data>" } else { "" }
}

fn write_vertex(ty: &str, basename: &str, more: &str, out: &mut dyn Write) -> fmt::Result {
    writeln!(
        out,
        "<node id=\"{ty}\"><data key=\"type\">{ty}</data><data key=\"basename\">{basename}</data>{more}</node>"
    )
}

fn write_edge(above: &str, ty: &str, count: usize, more: &str, out: &mut dyn Write) -> fmt::Result {
    writeln!(
        out,
        "<edge source=\"{above}\" target=\"{ty}\"><data key=\"multi_scale\">{count}</data>{more}</edge>"
    )
}
