//! What the system says of the process, under the names that every exporter uses. Nothing where there is no `/proc`.

use std::fs;

use crate::measures::exposition::{Exposition, Kind};

/// Ticks of a second in `/proc`, whatever the clock of the kernel has.
const TICKS: f64 = 100.0;

/// Writes what is known.
pub(crate) fn expose(text: &mut Exposition) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    // names of programs may have spaces and brackets
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = fields.split_whitespace().map(|f| f.parse().unwrap_or(0.0)).collect();
    if let (Some(user), Some(system)) = (fields.get(11), fields.get(12)) {
        let seconds = (user + system) / TICKS;
        let help = "Time of processors that the process has used.";
        single(text, "process_cpu_seconds_total", Kind::Counter, help, Some(seconds));
    }
    let started = fields.get(19).zip(boot_time()).map(|(ticks, boot)| boot + ticks / TICKS);
    let help = "When the process began.";
    single(text, "process_start_time_seconds", Kind::Gauge, help, started);
    let help = "Memory that the process has.";
    let resident = kibibytes(&status, "VmRSS:");
    single(text, "process_resident_memory_bytes", Kind::Gauge, help, resident);
    let help = "Addresses that the process has.";
    let virtual_memory = kibibytes(&status, "VmSize:");
    single(text, "process_virtual_memory_bytes", Kind::Gauge, help, virtual_memory);
    let open = fs::read_dir("/proc/self/fd").ok().map(|all| all.count() as f64);
    single(text, "process_open_fds", Kind::Gauge, "Open files.", open);
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let help = "How many files may be open.";
    single(text, "process_max_fds", Kind::Gauge, help, limit.map(|limit| limit as f64));
}

fn single(text: &mut Exposition, name: &str, kind: Kind, help: &str, value: Option<f64>) {
    if let Some(value) = value {
        text.foreign_family(name, kind, help);
        text.sample(&[], value);
    }
}

fn kibibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let number: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(number * 1024.0)
}

/// When the machine began, in seconds since 1970.
fn boot_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}
