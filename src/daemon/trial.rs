//! The trial of a file that was being parsed when the process ended: another process parses it first. If that one ends, it was the file; if
//! it does not, whatever ended us was something else, and nobody is condemned for having been near.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::config::Config;
use crate::failure::Failure;
use crate::ingest;
use crate::parsers;

/// Times that a file must end its parser to be condemned: the first may have been another's fault, such as a lack of memory.
const TIMES: u32 = 2;
/// Longest that parsing one file may take in a trial. The largest file allowed takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a file must not be parsed, if the trial shows that it must not. Where no trial can be held, it may.
pub(super) fn condemned(config: &Config, file: &Path) -> Option<String> {
    for _ in 0..TIMES {
        let ended = match parse_elsewhere(config, file) {
            Ok(Some(status)) => status.signal().is_some(),
            Ok(None) => true,
            Err(error) => {
                tracing::warn!(%error, "a file cannot be parsed by another process first; it is parsed by this one");
                false
            }
        };
        if !ended {
            return None;
        }
    }
    Some(format!(
        "killed_parser: the process ended while it was read, and {TIMES} more that read nothing else; `wirefold retry` takes it again"
    ))
}

/// How a process of its own ended that parsed the file; `None` if it did not end in time.
fn parse_elsewhere(config: &Config, file: &Path) -> io::Result<Option<ExitStatus>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("try-parse").arg(file).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(config.to_toml().as_bytes())?;
    }
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// The other process: reads the configuration from standard input and parses the file. Returns the exit code, if it gets so far.
///
/// # Errors
/// If the configuration cannot be read.
pub fn stand_in(file: &Path) -> Result<u8, Failure> {
    let mut toml = String::new();
    io::stdin().read_to_string(&mut toml)?;
    let mut config = Config::parse(&toml).map_err(|errors| Failure::usage(errors.join("; ")))?;
    config.program = Some(parsers::THIS_PROGRAM.into());
    ingest::try_parse(file, &config);
    Ok(0)
}
