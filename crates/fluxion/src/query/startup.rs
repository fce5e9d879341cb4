//! From options to a loaded context, and what `-e` prints about it (`docs/semantics/compatibility.md`, The
//! command line).

#![expect(clippy::disallowed_methods, reason = "how long loading takes is printed")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::time::{Duration, Instant};

use fluxion_context::{Budget, Context, LoadError, LoadFormat, Options, SetupError};

use super::args::DEFAULT_LOAD_FILE;
use super::channels::Channels;
use super::files;
use super::number;
use super::parsed_args::{Args, Timing};
use super::reference_texts::loading::load_error;

/// Why there is no context.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What follows `: Runtime error: `: the text of the reference, and a line that says more.
    pub(crate) text: String,
    /// Whether an option is at fault, and not the graph.
    pub(crate) of_an_option: bool,
}

/// A context and how long it took to make.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The context.
    pub(crate) context: Context,
    time: Duration,
}

/// Reads the graph and makes the context. Warnings go to `complain`.
///
/// # Errors
/// [`Failure`].
pub(crate) fn load(args: &Args, complain: &mut dyn FnMut(&str)) -> Result<Loaded, Failure> {
    let text = graph_text(args.load_file.as_deref())?;
    let mut options = args.options.clone();
    if let Some(list) = &args.allowlist {
        allow_only(list, &mut options, complain);
    }
    if let Some(filters) = &args.prune_filters {
        options.prune_filters.clone_from(filters);
    }
    let start = Instant::now();
    let file = args.load_file.as_deref().unwrap_or(DEFAULT_LOAD_FILE);
    let loaded = Context::load_within(&text, &options, &Budget::UNLIMITED);
    let fluxion_context::Loaded { context, warning } = loaded.map_err(|error| Failure {
        text: load_error(&error, file),
        of_an_option: is_of_an_option(&error),
    })?;
    if let Some(warning) = warning {
        complain(&format!("WARN: {file}: {warning}\n"));
    }
    Ok(Loaded { context, time: start.elapsed() })
}

/// Restricts what is loaded. The list always contains `cluster`, as in the reference: so a list of commas only
/// leaves the cluster alone, instead of allowing everything.
fn allow_only(list: &str, options: &mut Options, complain: &mut dyn FnMut(&str)) {
    if options.load_format == LoadFormat::Hwloc {
        options.allowlist = format!("cluster,{list}");
    } else {
        let format = options.load_format;
        complain(&format!(
            "WARN: --load-allowlist {list} has no effect: the format {format} loads everything\n"
        ));
    }
}

/// The text of the graph. The default file may be missing: then there is no text, which no reader accepts.
fn graph_text(path: Option<&str>) -> Result<String, Failure> {
    let Some(path) = path else {
        let bytes = files::read(DEFAULT_LOAD_FILE, files::MOST_GRAPH).unwrap_or_default();
        return Ok(String::from_utf8(bytes).unwrap_or_default());
    };
    let bytes = files::read(path, files::MOST_GRAPH)
        .map_err(|error| unreadable(format!("can't read {path}: {error}")))?;
    String::from_utf8(bytes)
        .map_err(|error| unreadable(format!("{path} is not UTF-8: {}", error.utf8_error())))
}

/// That a graph does not go with an option is the fault of neither.
fn is_of_an_option(error: &LoadError) -> bool {
    matches!(
        error,
        LoadError::Policy(_)
            | LoadError::Traverser(_)
            | LoadError::Subsystems(_)
            | LoadError::PruneFilters(_)
            | LoadError::Setup(SetupError::DeepSlots)
    )
}

fn unreadable(text: String) -> Failure {
    Failure { text, of_an_option: false }
}

/// Prints the figures of a freshly loaded graph, if times are to be shown.
pub(crate) fn report(args: &Args, loaded: &Loaded, channels: &mut Channels) -> io::Result<()> {
    if args.timing == Timing::Hidden {
        return Ok(());
    }
    channels.stdout(&figures(loaded))
}

fn figures(loaded: &Loaded) -> String {
    let graph = loaded.context.graph();
    let (types, names, paths) = graph.distinct_counts();
    let mut ranks: BTreeMap<i32, usize> = BTreeMap::new();
    for vertex in graph.vertex_ids() {
        *ranks.entry(graph.vertex(vertex).rank).or_default() += 1;
    }
    let mut text = format!(
        "INFO: Graph Load Time: {}\nINFO: Vertex Count: {}\nINFO: Edge Count: {}\n\
         INFO: by_type Key-Value Pairs: {types}\nINFO: by_name Key-Value Pairs: {names}\n\
         INFO: by_path Key-Value Pairs: {paths}\n",
        number::general(loaded.time.as_secs_f64()),
        graph.vertex_count(),
        graph.edge_count(),
    );
    for (rank, count) in ranks {
        let _ = writeln!(text, "INFO: number of vertices with rank {rank}: {count}");
    }
    text
}
