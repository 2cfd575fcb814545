//! Zip archives (PKWARE APPNOTE 6.3, §4.3): each member is read as if it lay in the inbox by itself.
//!
//! Nothing is written anywhere; names of members are labels. The central directory says what there is, never how much of it is read.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;

use super::{FileHints, Item, Limits, Parsed, finish, read_content};

const MAGIC: &[u8] = b"PK\x03\x04";
/// An archive without members is only the end of its directory.
const EMPTY: &[u8] = b"PK\x05\x06";

/// Output that is harmless whatever its ratio, as for single compressed files.
const RATIO_FREE_BYTES: usize = 1 << 20;

/// Names of members that tell what the archive really is.
const DOCUMENTS: &[(&str, &str)] =
    &[("[Content_Types].xml", "an Office document"), ("mimetype", "an OpenDocument or EPUB file"), ("META-INF/MANIFEST.MF", "a program")];

/// How the name of a member ends that describes the one beside it.
const SIDECAR: &str = ".meta.json";

/// Beginnings of files that hold others.
const PACKED: &[&[u8]] = &[MAGIC, EMPTY, b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ"];

/// Whether `bytes` are a zip archive.
pub fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || bytes.starts_with(EMPTY)
}

/// Reads all members.
///
/// # Errors
/// If it is no whole archive, or a document that merely is packed as one.
pub fn read(bytes: &[u8], hints: &FileHints<'_>, limits: &Limits, parsed: &mut Parsed) -> Result<Vec<Item>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| format!("zip archive is damaged: {e}"))?;
    if let Some((_, what)) = DOCUMENTS.iter().find(|(name, _)| archive.index_for_name(name).is_some()) {
        return Err(format!("looks like binary data ({what}), not text"));
    }
    let members = archive.len();
    let mut items: Vec<Item> = Vec::new();
    let mut room = Room { bytes: limits.decoded_bytes, packed: bytes.len() };
    let mut encodings = Vec::new();
    let sidecars = sidecars(&mut archive, &mut room, limits);
    for index in 0..members.min(limits.members) {
        let path = path_of(&mut archive, index);
        if path.ends_with(SIDECAR) || is_hidden(&path) {
            continue;
        }
        let Some((name, content)) = member(&mut archive, index, &mut room, limits) else { continue };
        let mut inner = Parsed::default();
        let hints = FileHints { name: &name, ..*hints };
        let mut read = content.and_then(|content| read_content(&content, &hints, limits, &mut inner));
        if let (Ok(items), Some(bytes)) = (&mut read, sidecars.get(&sidecar_of(&path))) {
            lay_beside(items, bytes);
        }
        encodings.extend(Some(inner.encoding).filter(|encoding| !encoding.is_empty()));
        parsed.notes.extend(inner.notes.into_iter().map(|note| format!("member \"{name}\": {note}")));
        append(&mut items, read.unwrap_or_else(|reason| vec![(None, Err(reason))]), &name);
        if items.len() > limits.articles {
            items.truncate(limits.articles);
            items.push((None, Err(format!("more articles than limits.articles = {} were not read", limits.articles))));
            break;
        }
    }
    if members > limits.members {
        items.push((None, Err(format!("{} members beyond limits.members = {} were not read", members - limits.members, limits.members))));
    }
    let first = encodings.first().filter(|first| encodings.iter().all(|e| e == *first));
    parsed.encoding = first.cloned().unwrap_or("several".into());
    if items.is_empty() { Err("an empty archive".to_owned()) } else { Ok(items) }
}

/// The members that describe others, by their paths in the archive. One that cannot be unpacked describes nothing.
fn sidecars(archive: &mut ZipArchive<Cursor<&[u8]>>, room: &mut Room, limits: &Limits) -> HashMap<String, Vec<u8>> {
    let members = archive.len().min(limits.members);
    let content = |index| {
        let path = path_of(archive, index);
        let (_, content) = path.ends_with(SIDECAR).then(|| member(archive, index, room, limits))??;
        Some((path, content.unwrap_or_default()))
    };
    (0..members).filter_map(content).collect()
}

/// The path of a member as the archive has it; empty if its entry is damaged.
fn path_of(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> String {
    archive.by_index_raw(index).map_or_else(|_| String::new(), |file| String::from_utf8_lossy(file.name_raw()).into_owned())
}

/// Whether a member is what computers lay beside files, as in the inbox: hidden ones, and the folder that macOS packs their properties in.
fn is_hidden(path: &str) -> bool {
    let mut parts = path.split(['/', '\\']).rev();
    parts.next().is_some_and(|name| name.starts_with('.') || name.ends_with('~')) || parts.any(|folder| folder == "__MACOSX")
}

/// `a/name.meta.json` for `a/name.txt`.
fn sidecar_of(path: &str) -> String {
    let name = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let end = path[name..].rfind('.').filter(|dot| *dot > 0).map_or(path.len(), |dot| name + dot);
    format!("{}{SIDECAR}", &path[..end])
}

/// Gives the articles of a member what the member beside it says of them.
fn lay_beside(items: &mut [Item], bytes: &[u8]) {
    let beside = Arc::new(finish::beside(bytes, items.len()));
    for draft in items.iter_mut().filter_map(|(_, item)| item.as_mut().ok()) {
        draft.sidecar = Some(Arc::clone(&beside));
    }
}

/// What the members may still ask for: unpacked bytes, and packed bytes that no other member used.
struct Room {
    bytes: usize,
    packed: usize,
}

/// Name and content of a member, or why it has none; nothing for a folder.
fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    room: &mut Room,
    limits: &Limits,
) -> Option<(String, Result<Vec<u8>, String>)> {
    let mut file = match archive.by_index(index) {
        Ok(file) => file,
        Err(e) => {
            return Some((format!("number {index}"), Err(format!("cannot be unpacked: {e}"))));
        }
    };
    if file.is_dir() {
        return None;
    }
    let name = String::from_utf8_lossy(file.name_raw()).rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    Some((name, unpacked(&mut file, room, limits)))
}

fn unpacked<R: Read>(file: &mut zip::read::ZipFile<'_, R>, room: &mut Room, limits: &Limits) -> Result<Vec<u8>, String> {
    let packed = usize::try_from(file.compressed_size()).unwrap_or(usize::MAX);
    // Members that share their bytes are how a small archive becomes a huge one (D. Fifield, A better zip bomb, 2019).
    room.packed = room.packed.checked_sub(packed).ok_or("overlaps with other members of the archive")?;
    let cap = room.bytes.min(packed.saturating_mul(limits.ratio).max(RATIO_FREE_BYTES));
    let mut content = Vec::new();
    let read = file.take(cap as u64 + 1).read_to_end(&mut content);
    room.bytes = room.bytes.saturating_sub(content.len());
    read.map_err(|e| format!("cannot be unpacked: {e}"))?;
    if content.len() > cap {
        return Err(match room.bytes {
            0 => format!("the members unpack to more than limits.decoded_bytes = {}", limits.decoded_bytes),
            _ => format!("unpacks to more than {} times its size, the limit", limits.ratio),
        });
    }
    if PACKED.iter().any(|magic| content.starts_with(magic)) {
        return Err("is an archive, or compressed, inside the archive: not opened".to_owned());
    }
    if content.is_empty() { Err("empty file".to_owned()) } else { Ok(content) }
}

/// Numbers the items of a member on from those before it; what concerns the member as a whole is one of them.
fn append(items: &mut Vec<Item>, of_member: Vec<Item>, name: &str) {
    let base = items.len();
    for (n, (_, item)) in (base..).zip(of_member) {
        let position = u32::try_from(n).unwrap_or(u32::MAX);
        items.push((Some(position), item.map_err(|reason| format!("member \"{name}\": {reason}"))));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use jiff::Timestamp;
    use zip::CompressionMethod;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn packed(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
        packed_as(members, CompressionMethod::Deflated)
    }

    fn packed_as(members: &[(&str, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
        let mut to = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            to.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            to.write_all(content).unwrap();
        }
        to.finish().unwrap().into_inner()
    }

    fn read_with(bytes: &[u8], limits: &Limits) -> Vec<String> {
        let hints = FileHints {
            name: "a.zip",
            folder: None,
            sidecar: None,
            sources: crate::sources::Sources::shipped(),
            received: Timestamp::UNIX_EPOCH,
        };
        let items = read(bytes, &hints, limits, &mut Parsed::default()).unwrap();
        items.into_iter().map(|(_, item)| item.map_or_else(|e| format!("! {e}"), |draft| draft.text.unwrap_or_default())).collect()
    }

    #[test]
    fn limits_hold_at_their_border() {
        let text = |n: usize| vec![b'a'; n];
        let two = packed(&[("a", text(1000)), ("b", text(1000))]);
        let limits = Limits { decoded_bytes: 2000, members: 2, ..Limits::default() };
        assert_eq!(read_with(&two, &limits), [String::from_utf8(text(1000)).unwrap(), String::from_utf8(text(1000)).unwrap()]);
        let tight = Limits { decoded_bytes: 1999, ..limits };
        assert_eq!(read_with(&two, &tight)[1], "! member \"b\": the members unpack to more than limits.decoded_bytes = 1999");
        let one = Limits { members: 1, ..limits };
        assert_eq!(read_with(&two, &one)[1], "! 1 members beyond limits.members = 1 were not read");
        let bomb = packed(&[("bomb", text(RATIO_FREE_BYTES + 1)), ("fits", text(RATIO_FREE_BYTES))]);
        let read = read_with(&bomb, &Limits::default());
        assert_eq!(
            (read[0].as_str(), read[1].len()),
            ("! member \"bomb\": unpacks to more than 200 times its size, the limit", RATIO_FREE_BYTES)
        );
    }

    #[test]
    fn what_lies_beside_a_member_describes_it() {
        let news = "Wells open\n\nFour wells were opened at Orun on Monday.".as_bytes().to_vec();
        let described = br#"{"source": "Coast Wire", "lang": "en", "url": "https://coast.example/1"}"#.to_vec();
        let archive = packed(&[
            ("a/wells.txt", news.clone()),
            ("b/wells.txt", news.clone()),
            ("a/wells.meta.json", described),
            ("b/other.meta.json", b"{\"source\": \"X\"}".to_vec()),
        ]);
        let beside_all = br#"{"source": "The Archive"}"#;
        let hints = FileHints {
            name: "a.zip",
            folder: None,
            sidecar: Some(beside_all),
            sources: crate::sources::Sources::shipped(),
            received: Timestamp::UNIX_EPOCH,
        };
        let parsed = crate::parse::parse(&archive, &hints, &Limits::default());
        let found: Vec<_> = parsed.articles.iter().map(|a| (a.source.as_str(), a.url.as_deref())).collect();
        assert_eq!(found, [("Coast Wire", Some("https://coast.example/1")), ("The Archive", None)]);
        let broken = packed(&[("wells.txt", news), ("wells.meta.json", b"{".to_vec())]);
        let parsed = crate::parse::parse(&broken, &FileHints { sidecar: None, ..hints }, &Limits::default());
        assert!(parsed.articles[0].notes[0].starts_with("the .meta.json file beside it: "), "{:?}", parsed.articles[0].notes);
    }

    #[test]
    fn members_that_share_their_bytes_are_refused() {
        let content = vec![b'a'; 3000];
        let archive = packed_as(&[("a", content.clone()), ("b", content)], CompressionMethod::Stored);
        let find = |magic: &[u8]| archive.windows(4).enumerate().filter(|(_, w)| *w == magic).map(|(i, _)| i).collect::<Vec<_>>();
        let (members, entries, end) = (find(b"PK\x03\x04"), find(b"PK\x01\x02"), find(b"PK\x05\x06")[0]);
        // The bytes of the second member are taken out, and its entry in the directory is made to point at the first.
        let mut overlapping = [&archive[..members[1]], &archive[entries[0]..]].concat();
        let cut = entries[0] - members[1];
        overlapping[entries[1] - cut + 42..entries[1] - cut + 46].fill(0);
        let start = u32::try_from(members[1]).unwrap().to_le_bytes();
        overlapping[end - cut + 16..end - cut + 20].copy_from_slice(&start);
        let read = read_with(&overlapping, &Limits::default());
        assert_eq!((read[0].len(), read[1].as_str()), (3000, "! member \"b\": overlaps with other members of the archive"));
    }
}
