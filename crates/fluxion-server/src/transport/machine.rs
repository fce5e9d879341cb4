//! How much memory the process may take, by what the machine has and what its control group allows (Linux; elsewhere a
//! guess). Must not know what it is used for.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, getrlimit};

/// Where nothing can be read.
const GUESS: u64 = 4 << 30;

/// Groups around a group that are asked.
const MOST_GROUPS: usize = 64;

/// The bytes that there are: those of the machine, of the control groups around the process, or of its own limit of
/// addresses, whichever is least.
pub(crate) fn memory() -> u64 {
    let read = |path: &Path| fs::read_to_string(path).ok();
    let addresses = getrlimit(Resource::As).current;
    found(&read).into_iter().chain(addresses).min().unwrap_or(GUESS)
}

/// What the files of Linux say.
fn found(read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let machine = read(Path::new("/proc/meminfo")).and_then(|text| total(&text));
    let groups = read(Path::new("/proc/self/cgroup")).unwrap_or_default();
    let allowed = groups.lines().filter_map(|line| group_limit(line, read));
    machine.into_iter().chain(allowed).min()
}

/// The line `MemTotal` of `/proc/meminfo`.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// The least that a group of `/proc/self/cgroup`, or one around it, allows. A line is `0::/path` (version 2) or
/// `4:memory:/path` (version 1).
fn group_limit(line: &str, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (controllers, path) = (fields.next()?, fields.next()?);
    let (mount, file) = match controllers {
        "" => ("/sys/fs/cgroup", "memory.max"),
        _ if controllers.split(',').any(|name| name == "memory") => {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        }
        _ => return None,
    };
    let group = Path::new(path.trim_start_matches('/'));
    let groups = group.ancestors().take(MOST_GROUPS);
    // without a limit version 2 says `max`, version 1 a huge number
    let limits = groups.filter_map(|group| read(&Path::new(mount).join(group).join(file)));
    limits.filter_map(|text| text.trim().parse().ok()).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Option<u64>) {
        let read = |path: &Path| {
            let file = files.iter().find(|(name, _)| Path::new(name) == path);
            file.map(|(_, text)| (*text).to_owned())
        };
        assert_eq!(found(&read), expected, "{files:?}");
    }

    const MACHINE: (&str, &str) =
        ("/proc/meminfo", "MemTotal:       16384 kB\nMemFree:         1024 kB\n");

    #[test]
    fn the_least_of_machine_and_groups_counts() {
        check(&[], None);
        check(&[MACHINE], Some(16 << 20));
        let second = ("/proc/self/cgroup", "0::/system.slice/fluxion.service\n");
        let own = "/sys/fs/cgroup/system.slice/fluxion.service/memory.max";
        check(&[MACHINE, second, (own, "max\n")], Some(16 << 20));
        check(&[MACHINE, second, (own, "1048576\n")], Some(1 << 20));
        let around = ("/sys/fs/cgroup/system.slice/memory.max", "524288\n");
        check(&[MACHINE, second, (own, "1048576\n"), around], Some(512 << 10));
        let inside = ("/proc/self/cgroup", "0::/\n");
        check(&[MACHINE, inside, ("/sys/fs/cgroup/memory.max", "2097152\n")], Some(2 << 20));
    }

    #[test]
    fn groups_of_the_first_version_count_too() {
        let first = ("/proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/docker/1\n0::/\n");
        let file = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
        check(&[MACHINE, first, (file, "9223372036854771712\n")], Some(16 << 20));
        check(&[MACHINE, first, (file, "3145728\n")], Some(3 << 20));
        let own = ("/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "1048576\n");
        check(&[MACHINE, first, (file, "3145728\n"), own], Some(1 << 20));
    }

    #[test]
    fn texts_of_another_form_say_nothing() {
        check(&[("/proc/meminfo", "MemTotal: much\n")], None);
        check(&[MACHINE, ("/proc/self/cgroup", "memory\n:\n0:\n")], Some(16 << 20));
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(memory() > 1 << 20);
    }
}
