//! The other side: a process that reads file after file from standard input and answers on standard output, until its input ends.
//!
//! Everything is sent in frames: the length in bytes as eight bytes, little end first, then the bytes. First comes a [`Setup`], answered
//! by [`HELLO`]; then, for each file, a [`Request`] and the file, answered by a [`Parsed`]. All of these are JSON but the file.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{caught, confine};
use crate::article::Parsed;
use crate::crash;
use crate::parse::{FileHints, Limits, parse};
use crate::sources::Sources;

/// What a parser says once it is ready to read. What ends it earlier is no file's fault.
pub const HELLO: &[u8] = b"wirefold parser 1";

/// What a parser is told once.
#[derive(Serialize, Deserialize)]
pub struct Setup {
    /// The limits in effect.
    pub limits: Limits,
    /// As [`Sources::added`].
    pub added: Vec<String>,
}

/// What a parser is told of a file: its hints, and the time it has.
#[derive(Serialize, Deserialize)]
pub struct Request {
    name: String,
    folder: Option<String>,
    sidecar: Option<Vec<u8>>,
    received: Timestamp,
    /// Time after which nobody waits for the answer.
    pub time: Duration,
}

impl Request {
    /// For a file with these hints.
    pub fn new(hints: &FileHints<'_>, time: Duration) -> Self {
        Self {
            name: hints.name.to_owned(),
            folder: hints.folder.map(str::to_owned),
            sidecar: hints.sidecar.map(<[u8]>::to_vec),
            received: hints.received,
            time,
        }
    }
}

/// The length of a frame as it is sent before it.
pub fn length(frame: &[u8]) -> [u8; 8] {
    (frame.len() as u64).to_le_bytes()
}

/// Serves until standard input ends. Nobody reads why it failed but whoever started it.
pub fn serve() -> ExitCode {
    // A panic becomes a reject; its message would fill a pipe that nobody empties.
    std::panic::set_hook(Box::new(|_| {}));
    match serve_all(&mut io::stdin().lock(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}

fn serve_all(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let Some(setup) = receive::<Setup>(from)? else { return Ok(()) };
    let mut sources = Sources::shipped().as_ref().clone();
    for toml in &setup.added {
        sources = sources.extended(toml).map_err(|mistakes| io::Error::other(mistakes.join("; ")))?;
    }
    confine::confine(setup.limits.parse_memory_mb)?;
    send(to, HELLO)?;
    while let Some(request) = receive::<Request>(from)? {
        confine::allow(request.time)?;
        let bytes = receive_frame(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        crash::in_parser(&bytes);
        crash::in_parser_process(&bytes);
        let hints = FileHints {
            name: &request.name,
            folder: request.folder.as_deref(),
            sidecar: request.sidecar.as_deref(),
            received: request.received,
            sources: &sources,
        };
        let parsed = caught(|| parse(&bytes, &hints, &setup.limits)).unwrap_or_else(Parsed::rejected);
        let answer = if crash::planted_in("fault: garbage", &bytes) { vec![b'!'; 100] } else { serde_json::to_vec(&parsed)? };
        drop(bytes);
        send(to, &answer)?;
    }
    Ok(())
}

fn send(to: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    to.write_all(&length(frame))?;
    to.write_all(frame)?;
    to.flush()
}

fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    receive_frame(from)?.map(|frame| Ok(serde_json::from_slice(&frame)?)).transpose()
}

/// The next frame; `None` at the end of the input.
fn receive_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_le_bytes(length);
    let mut frame = Vec::with_capacity(usize::try_from(length).unwrap_or(usize::MAX));
    from.take(length).read_to_end(&mut frame)?;
    if frame.len() as u64 == length { Ok(Some(frame)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
