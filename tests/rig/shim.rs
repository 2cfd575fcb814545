//! Libraries that are preloaded into the daemon and answer for the system.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles `tests/rig/NAME.c` into a folder; `None` if no C compiler is there, which the log says.
pub fn compiled(name: &str, folder: &Path) -> Option<PathBuf> {
    let library = folder.join(format!("{name}.so"));
    let source = format!("{}/tests/rig/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).args([&source, "-ldl"]).status();
    let made = made.is_ok_and(|status| status.success());
    if !made {
        eprintln!("skipped: no C compiler");
    }
    made.then_some(library)
}
