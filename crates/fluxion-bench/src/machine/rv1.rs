//! A plan as R version 1: its nodes with their cores and gpus, which is all that the format has.

use std::fmt::{self, Write};

use super::jgf::quoted;
use super::plan::MachinePlan;
use super::property::idset;

pub(super) fn write(plan: &MachinePlan, out: &mut dyn Write) -> fmt::Result {
    let nodes = first(plan.nodes);
    let children = [("core", plan.cores), ("gpu", plan.gpus)];
    let children = children.iter().filter(|(_, count)| *count > 0);
    let children: Vec<_> =
        children.map(|(ty, count)| format!("\"{ty}\": \"{}\"", first(*count))).collect();
    write!(
        out,
        "{{\"version\": 1, \"execution\": {{\"R_lite\": [{{\"rank\": \"{nodes}\", \"children\": \
         {{{}}}}}], \"nodelist\": [{}]",
        children.join(", "),
        quoted(&plan.hosts.list(&nodes))
    )?;
    let properties: Vec<_> = plan.properties.iter().filter(|p| !p.nodes.is_empty()).collect();
    for (at, property) in properties.iter().enumerate() {
        let separator = if at == 0 { "\"properties\": {" } else { "" };
        let value = if property.value.is_empty() { "" } else { "=" };
        let name = quoted(&[property.name.as_str(), value, &property.value].concat());
        write!(out, ", {separator}{name}: \"{}\"", idset(&property.nodes))?;
    }
    let end = if properties.is_empty() { "" } else { "}" };
    writeln!(out, "{end}, \"starttime\": 0, \"expiration\": 0}}}}")
}

/// The first so many numbers as an idset.
fn first(count: usize) -> String {
    idset(&(0..count).collect::<Vec<_>>())
}
