//! Taking a compressed file apart: one level of gzip or zstd, told by its first bytes, never beyond the limits.

use std::borrow::Cow;
use std::io::{Error, ErrorKind, Read};

use flate2::bufread::GzDecoder;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use super::Limits;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Output that is harmless whatever its ratio: a short file of one repeated line packs far better than 200 to 1.
const RATIO_FREE_BYTES: usize = 1 << 20;

/// `bytes` without their compression, or why they cannot be unpacked.
pub fn unpack<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cow<'a, [u8]>, String> {
    let cap = limits.decoded_bytes.min(bytes.len().saturating_mul(limits.ratio).max(RATIO_FREE_BYTES));
    let unpacked = if bytes.starts_with(GZIP) {
        gunzip(bytes, cap)?
    } else if bytes.starts_with(ZSTD) {
        unzstd(bytes, cap)?
    } else {
        return Ok(Cow::Borrowed(bytes));
    };
    if unpacked.len() > cap {
        let reached = if cap < limits.decoded_bytes { format!("{} times its size", limits.ratio) } else { format!("{cap} bytes") };
        return Err(format!("unpacks to more than {reached}, the limit"));
    }
    if unpacked.starts_with(GZIP) || unpacked.starts_with(ZSTD) {
        return Err("is compressed twice".into());
    }
    if unpacked.is_empty() { Err("empty file".into()) } else { Ok(Cow::Owned(unpacked)) }
}

/// What can be unpacked of a gzip file up to where it is damaged or cut off, if it is so within the limits.
pub fn sound_part(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let cap = limits.decoded_bytes.min(bytes.len().saturating_mul(limits.ratio).max(RATIO_FREE_BYTES));
    let mut out = Vec::new();
    let has_fault = bytes.starts_with(GZIP) && MultiGzDecoder::new(bytes).take(cap as u64 + 1).read_to_end(&mut out).is_err();
    has_fault.then_some(out)
}

/// Bytes that the brotli decoder reads at a time.
const BROTLI_BUFFER: usize = 4 << 10;

/// Enough of a file to see what it is in all but odd cases.
const BEGINNING: usize = 1 << 10;

/// The first bytes of what is compressed, as far as they are sound; `None` if there are none.
pub fn beginning(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // What was read before a fault stays: a crawl may be damaged behind its first record, within these few bytes.
    if bytes.starts_with(GZIP) {
        MultiGzDecoder::new(bytes).take(BEGINNING as u64).read_to_end(&mut out).ok();
    } else if bytes.starts_with(ZSTD) {
        StreamingDecoder::new(bytes).ok()?.take(BEGINNING as u64).read_to_end(&mut out).ok();
    }
    (!out.is_empty()).then_some(out)
}

/// A body that was sent with `Content-Encoding: deflate`: in a zlib wrapper, as the standard has it, or bare, as some servers have it.
pub fn inflate(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, String> {
    let cap = limits.decoded_bytes.min(bytes.len().saturating_mul(limits.ratio).max(RATIO_FREE_BYTES));
    let read = read_capped(ZlibDecoder::new(bytes), cap, "deflate").or_else(|_| read_capped(DeflateDecoder::new(bytes), cap, "deflate"))?;
    if read.len() > cap { Err(format!("unpacks to more than {cap} bytes, the limit")) } else { Ok(read) }
}

/// A body that was sent with `Content-Encoding: br` (RFC 7932).
pub fn unbrotli(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, String> {
    let cap = limits.decoded_bytes.min(bytes.len().saturating_mul(limits.ratio).max(RATIO_FREE_BYTES));
    let read = read_capped(brotli_decompressor::Decompressor::new(bytes, BROTLI_BUFFER), cap, "brotli")?;
    if read.len() > cap { Err(format!("unpacks to more than {cap} bytes, the limit")) } else { Ok(read) }
}

/// Reads one byte more than `cap`, so that the caller can tell "just fits" from "too large".
fn read_capped(from: impl Read, cap: usize, kind: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    match from.take(cap as u64 + 1).read_to_end(&mut out) {
        Ok(_) => Ok(out),
        Err(e) => Err(name_fault(&e, kind, out.len())),
    }
}

fn name_fault(error: &Error, kind: &str, read: usize) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => format!("{kind} stream is truncated after {read} bytes of content"),
        _ => format!("{kind} stream is damaged after {read} bytes of content: {error}"),
    }
}

/// All members of a gzip file. Zeros behind the last one are what tapes and block devices fill up with.
fn gunzip(mut bytes: &[u8], cap: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    loop {
        let mut member = GzDecoder::new(bytes);
        let before = out.len();
        match member.by_ref().take((cap + 1 - before) as u64).read_to_end(&mut out) {
            Ok(_) => bytes = member.into_inner(),
            Err(e) => return Err(name_fault(&e, "gzip", out.len())),
        }
        if out.len() > cap || bytes.iter().all(|b| *b == 0) {
            return Ok(out);
        }
    }
}

/// All frames of a zstd file: tools such as `pzstd` and appending loggers write several, and frames to be skipped.
fn unzstd(mut bytes: &[u8], cap: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    while !bytes.is_empty() && out.len() <= cap {
        match StreamingDecoder::new(&mut bytes) {
            Ok(frame) => out.append(&mut read_capped(frame, cap - out.len(), "zstd").map_err(|e| name_truncation(e, bytes))?),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                bytes = bytes.get(length as usize..).ok_or("zstd stream is truncated in a skippable frame")?;
            }
            Err(e) => return Err(name_truncation(format!("zstd stream is damaged after {} bytes of content: {e}", out.len()), bytes)),
        }
    }
    Ok(out)
}

/// ruzstd wraps an early end in errors of its own; an exhausted input is what they have in common.
fn name_truncation(error: String, rest: &[u8]) -> String {
    if rest.is_empty() { "zstd stream is truncated".into() } else { error }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gz(content: &[u8]) -> Vec<u8> {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        to.write_all(content).unwrap();
        to.finish().unwrap()
    }

    fn zst(content: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn unpacks_each_kind_with_all_its_members() {
        for pack in [gz, zst] {
            let two = [pack(b"one "), pack(b"two")].concat();
            assert_eq!(unpack(&two, &Limits::default()).unwrap().as_ref(), b"one two");
        }
        let filled = [gz(b"one"), vec![0; 500]].concat();
        assert_eq!(unpack(&filled, &Limits::default()).unwrap().as_ref(), b"one");
        let littered = [gz(b"one"), b"\0two".to_vec()].concat();
        assert!(unpack(&littered, &Limits::default()).is_err());
        assert_eq!(unpack(b"plain", &Limits::default()).unwrap().as_ref(), b"plain");
    }

    #[test]
    fn names_what_is_wrong() {
        let noise: Vec<u8> = (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let limits = Limits::default();
        for (packed, kind) in [(gz(&noise), "gzip"), (zst(&noise), "zstd")] {
            for keep in [packed.len() / 2, packed.len() - 1] {
                let reason = unpack(&packed[..keep], &limits).unwrap_err();
                assert!(reason.starts_with(&format!("{kind} stream is truncated")), "{kind} {keep}: {reason}");
            }
        }
        assert_eq!(unpack(&gz(&gz(b"x")), &limits).unwrap_err(), "is compressed twice");
        assert_eq!(unpack(&gz(b""), &limits).unwrap_err(), "empty file");
        let bomb = gz(&vec![b'a'; 3 << 20]);
        assert_eq!(unpack(&bomb, &limits).unwrap_err(), "unpacks to more than 200 times its size, the limit");
        let small = Limits { decoded_bytes: 1000, ..limits };
        assert!(unpack(&gz(&[b'a'; 1000]), &small).is_ok());
        assert_eq!(unpack(&gz(&[b'a'; 1001]), &small).unwrap_err(), "unpacks to more than 1000 bytes, the limit");
    }
}
