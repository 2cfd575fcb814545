//! What a case of the manifest holds: written in it, or made from what it says.
//!
//! A string is its bytes, a list is its parts one after the other, and a table is one of these:
//!
//! | table | is |
//! |---|---|
//! | `{hex = "ff fe"}` | these bytes |
//! | `{of = X, times = 9}` | X so many times |
//! | `{each = "a{n} ", count = 9}` | the text once for each number from 0 |
//! | `{open = "[", inner = X, close = "]", deep = 9}` | X in so many pairs |
//! | `{of = X, as = "windows-1256"}` | X in this encoding of the Encoding Standard, or `utf-16le`, `utf-16be`, `utf-32le`, `utf-7` |
//! | `{of = X, cut = 9}` | its first nine bytes; with a negative number, without its last nine |
//! | `{of = X, find = "a", put = "b"}` | with every `a` replaced; for lies about names and lengths |
//! | `{noise = 9}` | bytes without a pattern, the same each time |
//! | `{gz = X}`, `{zst = X}` | X compressed |
//! | `{zip = [["name", X], …], method = "stored"}` | an archive |
//! | `{warc = X, uri = "http://…", length = 9}` | a record of a crawl with the answer X; its length as it is, or a lie |
//! | `{zip_of = "text", count = 9}` | an archive of so many members that hold this |
//! | `{laughs = 9}` | entities that double each other ten times, nine deep, and a use of the last |

use std::io::{Cursor, Write};

use toml::{Table, Value};

/// The bytes of a value. `SECRET` in a text is the path of the file that must not be read.
pub fn bytes(value: &Value, secret: &str) -> Vec<u8> {
    match value {
        Value::String(text) => text.replace("SECRET", secret).into_bytes(),
        Value::Array(parts) => parts.iter().flat_map(|part| bytes(part, secret)).collect(),
        Value::Table(table) => made(table, secret),
        other => panic!("no content: {other}"),
    }
}

fn made(table: &Table, secret: &str) -> Vec<u8> {
    let part = |key: &str| bytes(&table[key], secret);
    let has = |key: &str| table.contains_key(key);
    let number = |key: &str| table[key].as_integer().unwrap_or_else(|| panic!("{key} is no number in {table}"));
    let word = |key: &str| table[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {table}"));
    match () {
        () if has("hex") => hex(word("hex")),
        () if has("times") => part("of").repeat(number("times") as usize),
        () if has("each") => (0..number("count")).flat_map(|n| word("each").replace("{n}", &n.to_string()).into_bytes()).collect(),
        () if has("deep") => {
            let deep = number("deep") as usize;
            [word("open").repeat(deep).into_bytes(), part("inner"), word("close").repeat(deep).into_bytes()].concat()
        }
        () if has("as") => encoded(&String::from_utf8(part("of")).expect("text"), word("as")),
        () if has("cut") => {
            let (of, cut) = (part("of"), number("cut"));
            let end = if cut < 0 { of.len() - cut.unsigned_abs() as usize } else { cut as usize };
            of[..end].to_vec()
        }
        () if has("find") => replaced(&part("of"), &part("find"), &part("put")),
        () if has("noise") => {
            (0..number("noise") as u32).map(|i| (i.wrapping_mul(2_654_435_761).rotate_left(i % 31) >> 13) as u8).collect()
        }
        () if has("gz") => gz(&part("gz")),
        () if has("zst") => ruzstd::encoding::compress_to_vec(&part("zst")[..], ruzstd::encoding::CompressionLevel::Fastest),
        () if has("zip_of") => zip((0..number("count")).map(|n| (n.to_string(), part("zip_of"))), false),
        () if has("zip") => {
            let members = table["zip"].as_array().expect("a list of members");
            zip(members.iter().map(|member| (member[0].as_str().unwrap().to_owned(), bytes(&member[1], secret))), has("method"))
        }
        () if has("warc") => warc(&part("warc"), word("uri"), table.get("length").and_then(Value::as_integer)),
        () if has("laughs") => laughs(number("laughs")),
        () => panic!("nothing is made from {table}"),
    }
}

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("hex")).collect()
}

fn encoded(text: &str, name: &str) -> Vec<u8> {
    match name {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf-32le" => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "utf-7" => {
            text.chars().flat_map(|c| if c.is_ascii() { vec![c as u8] } else { format!("+{:04X}-", c as u32).into_bytes() }).collect()
        }
        _ => {
            let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap_or_else(|| panic!("no encoding {name}"));
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy, "{name} cannot hold {text}");
            bytes.into_owned()
        }
    }
}

fn replaced(of: &[u8], find: &[u8], put: &[u8]) -> Vec<u8> {
    let (mut out, mut rest, mut found) = (Vec::new(), of, false);
    while let Some(at) = rest.windows(find.len()).position(|w| w == find) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(put);
        (rest, found) = (&rest[at + find.len()..], true);
    }
    assert!(found, "{find:?} is not there to be replaced");
    [out, rest.to_vec()].concat()
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    to.write_all(content).unwrap();
    to.finish().unwrap()
}

fn zip(members: impl Iterator<Item = (String, Vec<u8>)>, stored: bool) -> Vec<u8> {
    let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
    let mut to = zip::write::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        to.start_file(name, zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn warc(answer: &[u8], uri: &str, lie: Option<i64>) -> Vec<u8> {
    let length = lie.unwrap_or(answer.len() as i64);
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2026-03-01T08:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), answer, b"\r\n\r\n"].concat()
}

fn laughs(deep: i64) -> Vec<u8> {
    let entity = |n: i64| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    let entities: String = (1..=deep).map(entity).collect();
    format!("<!DOCTYPE rss [<!ENTITY l0 \"ha\">{entities}]><rss><channel><item><title>&l{deep};</title></item></channel></rss>")
        .into_bytes()
}
