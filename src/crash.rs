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

/// Whether the fault of this name is planted, by `WIREFOLD_PLANTED`, which may name several.
#[cfg(feature = "crash-points")]
pub fn planted(fault: &str) -> bool {
    std::env::var("WIREFOLD_PLANTED").is_ok_and(|planted| planted.split_whitespace().any(|one| one == fault))
}

/// No fault is planted in this build.
#[cfg(not(feature = "crash-points"))]
pub fn planted(_: &str) -> bool {
    false
}

/// Hands the faults that are planted on to a process that is started without an environment.
#[cfg(feature = "crash-points")]
pub fn hand_on(to: &mut std::process::Command) {
    for name in ["WIREFOLD_PLANTED", "WIREFOLD_DEADLY"] {
        if let Some(value) = std::env::var_os(name) {
            to.env(name, value);
        }
    }
}

/// Nothing is handed on in this build.
#[cfg(not(feature = "crash-points"))]
pub fn hand_on(_: &mut std::process::Command) {}

/// Whether `parser_faults` are planted, and this is the one that the file asks for.
#[cfg(feature = "crash-points")]
pub fn planted_in(fault: &str, bytes: &[u8]) -> bool {
    planted("parser_faults") && bytes.windows(fault.len()).any(|w| w == fault.as_bytes())
}

/// No file asks for a fault in this build.
#[cfg(not(feature = "crash-points"))]
pub fn planted_in(_: &str, _: &[u8]) -> bool {
    false
}

/// What a parser process may do to whoever waits for it, if `parser_faults` are planted and the file says so.
#[cfg(feature = "crash-points")]
pub fn in_parser_process(bytes: &[u8]) {
    let says = |fault| planted_in(fault, bytes);
    if says("fault: abort") {
        std::process::abort();
    }
    if says("fault: leave") {
        std::process::exit(9);
    }
    if says("fault: close") {
        // Standard output now is where input comes from, and the pipe has no writer any more.
        let _ = rustix::stdio::dup2_stdout(std::io::stdin());
    }
    // The word behind is a folder with a file in it.
    let text = String::from_utf8_lossy(bytes);
    if let Some(folder) =
        text.split_once("fault: remove ").filter(|_| says("fault: remove")).and_then(|(_, rest)| rest.split_whitespace().next())
    {
        let folder = std::path::Path::new(folder);
        let done = [
            std::fs::remove_file(folder.join("file")),
            std::fs::create_dir(folder.join("made")),
            std::fs::rename(folder.join("other"), folder.join("moved")),
        ];
        if done.iter().any(Result::is_ok) {
            std::process::exit(9);
        }
    }
    let mut eaten: Vec<Vec<u8>> = Vec::new();
    while says("fault: memory") {
        eaten.push(vec![1; 16 << 20]);
    }
    while says("fault: loop") || says("fault: close") {
        std::hint::spin_loop();
    }
}

/// A parser process does nothing of the kind in this build.
#[cfg(not(feature = "crash-points"))]
pub fn in_parser_process(_: &[u8]) {}

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
