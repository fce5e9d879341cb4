//! How much memory a process has, in bytes, as Linux tells it; nothing elsewhere.

use std::fs;

/// What is resident now.
pub(crate) fn resident(process: &str) -> Option<u64> {
    field(process, "VmRSS:")
}

/// The most that was resident since the process began, or since [`forget_peak`].
pub(crate) fn peak(process: &str) -> Option<u64> {
    field(process, "VmHWM:")
}

/// From here on counts what [`peak`] tells of this process.
pub(crate) fn forget_peak() {
    // Where that is not possible the peak includes the generators.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// This process.
pub(crate) const SELF: &str = "self";

fn field(process: &str, name: &str) -> Option<u64> {
    value(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, name)
}

fn value(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_in_bytes() {
        let status = "Name:\tfluxion\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(value(status, "VmHWM:"), Some(2 << 20));
        assert_eq!(value(status, "VmRSS:"), Some(1024));
        assert_eq!(value(status, "VmSwap:"), None);
    }
}
