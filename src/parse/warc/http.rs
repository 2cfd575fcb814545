//! Heads and bodies of HTTP/1.1 answers as crawlers keep them (RFC 9112 §2 and §7.1, RFC 9110 §8.4; RFC 7932 for `br`).

use std::borrow::Cow;

use super::super::{Limits, unpack};

/// Header fields by their name in small letters. Of several with one name the first counts.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of a field, by its name in small letters.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// First line, fields and what follows the empty line; `None` if there is no empty line within `longest` bytes.
pub fn head(bytes: &[u8], longest: usize) -> Option<(String, Fields, &[u8])> {
    let near = &bytes[..bytes.len().min(longest)];
    let find = |end: &[u8]| near.windows(end.len()).position(|w| w == end).map(|at| (at, at + end.len()));
    let (end, body) = [find(b"\r\n\r\n"), find(b"\n\n")].into_iter().flatten().min()?;
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let field = |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    Some((first, Fields(lines.filter_map(field).collect()), &bytes[body..]))
}

/// The body as it was before it was chunked and compressed. Crawlers that take both away often leave the fields, so each is undone only
/// where the bytes bear it out.
pub fn body<'a>(bytes: &'a [u8], fields: &Fields, limits: &Limits) -> Result<Cow<'a, [u8]>, String> {
    let is_chunked = fields.get("transfer-encoding").is_some_and(|t| t.to_ascii_lowercase().contains("chunked"));
    let whole = if is_chunked { unchunk(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned) } else { Cow::Borrowed(bytes) };
    match fields.get("content-encoding").map(str::to_ascii_lowercase).as_deref() {
        Some("br") if !looks_like_page(&whole) => unpack::unbrotli(&whole, limits).map(Cow::Owned),
        Some("compress" | "x-compress") if !looks_like_page(&whole) => {
            Err("its content encoding is not read; gzip, deflate, br and zstd are".to_owned())
        }
        Some("deflate") if !looks_like_page(&whole) => unpack::inflate(&whole, limits).map(Cow::Owned),
        _ => Ok(match unpack::unpack(&whole, limits)? {
            Cow::Borrowed(_) => whole,
            Cow::Owned(unpacked) => Cow::Owned(unpacked),
        }),
    }
}

fn looks_like_page(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<")
}

/// The chunks put together; `None` if these are no chunks. A crawler that gave up half-way leaves the last one short.
fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    loop {
        let line = bytes.iter().take(64).position(|b| *b == b'\n')?;
        let size = std::str::from_utf8(&bytes[..line]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        bytes = &bytes[line + 1..];
        if size == 0 {
            return Some(out);
        }
        let chunk = &bytes[..size.min(bytes.len())];
        out.extend_from_slice(chunk);
        bytes = &bytes[chunk.len()..];
        if bytes.is_empty() {
            return Some(out);
        }
        bytes = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        for (bytes, whole) in [
            (&b"4\r\nwell\r\n3;x=y\r\ns o\r\n0\r\n\r\n"[..], Some(&b"wells o"[..])),
            (b"4\r\nwell\r\n9\r\ns op", Some(b"wells op")),
            (b"<html>", None),
            (b"ffffffffffffffff\r\nx", Some(b"x")),
            (b"2\r\nabc", None),
        ] {
            assert_eq!(unchunk(bytes).as_deref(), whole, "{bytes:?}");
        }
    }

    #[test]
    fn heads_end_at_the_first_empty_line() {
        let (first, fields, rest) = head(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nbody\n\nmore", 1000).unwrap();
        assert_eq!((first.as_str(), fields.get("content-type"), rest), ("HTTP/1.1 200 OK", Some("text/html"), &b"body\n\nmore"[..]));
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n", 10).is_none());
    }
}
