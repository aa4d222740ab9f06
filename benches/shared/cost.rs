//! What this process has cost so far, as Linux says. Knows nothing of what it does.

#![allow(dead_code, reason = "each bench uses a part")]

/// User and system time of the first thread, from `/proc/self/schedstat` in nanoseconds.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let first = stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
    first.expect("Linux tells how long a process ran") / 1e9
}

/// Peak resident memory, from `/proc/self/status`.
pub(crate) fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
}
