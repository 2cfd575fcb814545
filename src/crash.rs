//! Points at which tests end the process, and faults that they plant. Without the feature `crash-points` all of this is nothing.

/// Ends the process here, without any clean-up, if `WIREFOLD_CRASH_AT` is `name` or `name:n` for the n-th time that it is passed.
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Ok(wanted) = std::env::var("WIREFOLD_CRASH_AT") else { return };
    let (at, nth) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    if at == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth.parse().unwrap_or(1) {
        std::process::abort();
    }
}

/// Ends the process here, if this build can.
#[cfg(not(feature = "crash-points"))]
pub fn point(_: &str) {}

/// Whether the fault of this name is planted, by `WIREFOLD_PLANTED`.
#[cfg(feature = "crash-points")]
pub fn planted(fault: &str) -> bool {
    std::env::var("WIREFOLD_PLANTED").is_ok_and(|planted| planted == fault)
}

/// No fault is planted in this build.
#[cfg(not(feature = "crash-points"))]
pub fn planted(_: &str) -> bool {
    false
}

/// Ends the process while it parses a file that holds the word `WIREFOLD_DEADLY`, as a parser that overflows its stack would.
#[cfg(feature = "crash-points")]
pub fn in_parser(bytes: &[u8]) {
    let Ok(deadly) = std::env::var("WIREFOLD_DEADLY") else { return };
    if bytes.windows(deadly.len().max(1)).any(|w| w == deadly.as_bytes()) {
        std::process::abort();
    }
}

/// Nothing in a file ends the process in this build.
#[cfg(not(feature = "crash-points"))]
pub fn in_parser(_: &[u8]) {}
