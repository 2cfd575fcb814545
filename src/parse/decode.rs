//! Bytes to text, whatever character set they are in, with lines that end in `\n`.
//!
//! Order: byte order mark, UTF-16 without one (told by its columns), UTF-8, the encoding that the file declares, chardetng.
//! UTF-8 goes before the declaration because pages that were converted often keep their old `charset`, while text in a legacy
//! encoding is practically never valid UTF-8 by chance. Weak spot: of two or three short Arabic words, chardetng may take
//! windows-1256 for ISO-8859-6.

use std::borrow::Cow;

use super::textwire;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a file is looked at to tell UTF-16 and binary data; more would only cost time.
const SAMPLE: usize = 4 << 10;

/// Pairs of letters by which a text encoded twice is told.
const TWICE: usize = 12;

/// What chardetng gets to see; it is slow, and the character set does not change half-way.
const DETECT: usize = 64 << 10;

/// Bytes beyond ASCII that stand in a row where a word is of no Latin letters, and how many in all tell a script.
const ROW: usize = 3;
const FEW: usize = 20;

/// Signatures of files people drop by mistake, to name them instead of saying "binary".
const KNOWN: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"Rar!", "rar"),
];

/// `bytes` as [`plain`] text, and the name of their encoding. `declared` is what the file says about itself.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Result<(String, &'static str), String> {
    if let Some((_, name)) = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(format!("looks like binary data ({name}), not text"));
    }
    // POSIX.1-2024 pax, "ustar Interchange Format".
    if bytes.get(257..262) == Some(b"ustar") {
        return Err("looks like binary data (a tar archive), not text: zip is read".to_owned());
    }
    let (text, encoding) = to_text(bytes, declared)?;
    match encoded_once(&text).filter(|_| encoding == UTF_8) {
        Some(once) => Ok((plain(once.into()), "UTF-8, encoded twice")),
        None => Ok((plain(text), encoding.name())),
    }
}

/// Whether a text looks like UTF-8 that was taken for windows-1252 and encoded again: `Ø£Ø¬` for «أج», `Ð¿Ð°` for «па».
pub fn is_encoded_twice(text: &str) -> bool {
    // All letters that such a text has so many of begin with this byte.
    if count(&text.as_bytes()[..text.len().min(SAMPLE)], |b| b == 0xc3) < TWICE {
        return false;
    }
    let begins =
        |c: char| matches!(c, 'Ã' | 'Â' | 'Ð' | 'Ñ' | 'Ø' | 'Ù' | 'Û' | 'Ú' | 'Î' | 'Ï' | 'à' | 'â' | 'ã' | 'å' | 'æ' | 'ç' | 'è' | 'é');
    let sample: Vec<char> = text.chars().take(SAMPLE).collect();
    let goes_on = |c: char| matches!(c, '\u{80}'..='\u{bf}' | '\u{2013}'..='\u{2122}' | '\u{fffd}' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ÿ' | 'Ž' | 'ž' | 'ƒ' | 'ˆ' | '˜');
    let pairs = sample.windows(2).filter(|pair| begins(pair[0]) && goes_on(pair[1])).count();
    let letters = sample.iter().filter(|c| c.is_alphabetic()).count();
    pairs >= TWICE && pairs * 3 > letters
}

/// Such a text as it was, if nothing of it was lost on the way.
fn encoded_once(text: &str) -> Option<String> {
    if !is_encoded_twice(text) {
        return None;
    }
    let (bytes, _, is_lost) = WINDOWS_1252.encode(text);
    String::from_utf8(bytes.into_owned()).ok().filter(|_| !is_lost)
}

fn to_text<'a>(bytes: &'a [u8], declared: Option<&str>) -> Result<(Cow<'a, str>, &'static Encoding), String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        // A mark may have been put before anything; that of UTF-16 is followed by bytes of all kinds.
        if encoding == UTF_8 {
            refuse_binary(&bytes[mark..])?;
        }
        return Ok((encoding.decode_without_bom_handling(&bytes[mark..]).0, encoding));
    }
    if let Some(encoding) = utf16_by_columns(bytes) {
        return Ok((encoding.decode_without_bom_handling(bytes).0, encoding));
    }
    if !textwire::begins(bytes) {
        refuse_binary(bytes)?;
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    // ISO-2022-JP is ASCII with escapes, thus valid UTF-8: only its declaration tells.
    if declared != Some(ISO_2022_JP) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok((Cow::Borrowed(text), UTF_8));
        }
        if is_damaged_utf8(bytes) {
            return Ok((String::from_utf8_lossy(bytes), UTF_8));
        }
    }
    let is_doubted = |e: &'static Encoding| [UTF_8, UTF_16LE, UTF_16BE].contains(&e) || e == WINDOWS_1252 && is_in_other_script(bytes);
    if let Some(encoding) = declared.filter(|e| !is_doubted(e))
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return Ok((text, encoding));
    }
    let encoding = guess(bytes);
    Ok((encoding.decode_without_bom_handling(bytes).0, encoding))
}

/// Whether most bytes beyond ASCII stand three and more in a row. Letters with marks stand alone in words of Latin letters: a page that says to be
/// in `iso-8859-1`, as many editors once wrote into every page, is in another script.
fn is_in_other_script(bytes: &[u8]) -> bool {
    let (mut all, mut in_rows) = (0, 0);
    for row in bytes[..bytes.len().min(DETECT)].split(u8::is_ascii) {
        all += row.len();
        in_rows += if row.len() >= ROW { row.len() } else { 0 };
    }
    all >= FEW && in_rows * 2 > all
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(DETECT)], true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a mark: in Arabic, Cyrillic, Hebrew or Latin text one column of bytes is nearly all 0x00 and 0x03..=0x06, in Thai and Khmer 0x0e
/// and 0x17; the other is not.
/// Such control bytes appear in no other text, so this cannot take UTF-8 or a legacy encoding away.
fn utf16_by_columns(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let is_high = |b: u8| (b == 0) | (b.wrapping_sub(3) <= 3) | (b == 0x0e) | (b == 0x17);
    if count(sample, is_high) * 200 / sample.len() < 80 {
        return None;
    }
    let share = |column: usize| sample.iter().skip(column).step_by(2).filter(|&&b| is_high(b)).count() * 200 / sample.len();
    match (share(0), share(1)) {
        (low, high) if high >= 80 && low <= 20 => Some(UTF_16LE),
        (high, low) if high >= 80 && low <= 20 => Some(UTF_16BE),
        _ => None,
    }
}

/// Text has next to no control bytes; one in thirty is more than any real one, and a third of what random bytes have.
fn refuse_binary(bytes: &[u8]) -> Result<(), String> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    // Escape, 0x0e and 0x0f belong to ISO-2022 encodings.
    let control = count(sample, |b| (b <= 8) | (b.wrapping_sub(0x10) <= 0x0a) | (b.wrapping_sub(0x1c) <= 3) | (b == 0x7f));
    if control * 30 > sample.len() {
        return Err(format!("looks like binary data: {control} of its first {} bytes are control characters", sample.len()));
    }
    Ok(())
}

/// How many bytes are so. Sums of a byte each, and no branches, so that the processor counts many at a time.
pub fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(255).map(|part| usize::from(part.iter().fold(0, |sum: u8, b| sum.wrapping_add(u8::from(is(*b)))))).sum()
}

/// UTF-8 with a few bytes broken: a feed cut in mid-character, or two files pasted together.
/// One legacy character amid UTF-8 must not turn all the rest to garbage. Broken bytes in a row are one damage: text in a legacy encoding
/// has one in each word.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad, mut amid) = (0, 0, false);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += usize::from(!(chunk.invalid().is_empty() || amid && chunk.valid().is_empty()));
        amid = !chunk.invalid().is_empty();
    }
    good >= 20 && good >= bad * 20
}

/// `text` without NUL and byte order marks, its lines ended by `\n` alone. Escapes of JSON and HTML can bring all of these back.
pub fn plain(text: Cow<'_, str>) -> String {
    // The byte order mark begins with 0xef, as few characters do.
    let may_hold = count(text.as_bytes(), |b| (b == 0) | (b == b'\r') | (b == 0xef)) > 0;
    if !may_hold || !text.contains(['\0', '\u{feff}', '\r']) {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.bytes().position(|b| matches!(b, 0 | b'\r' | 0xef)) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut chars = rest.chars();
        match chars.next() {
            None | Some('\0' | '\u{feff}') => {}
            Some('\r') if chars.as_str().starts_with('\n') => {}
            Some('\r') => out.push('\n'),
            Some(c) => out.push(c),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_is_refused_by_name_or_by_its_bytes() {
        let noise: Vec<u8> = (0..3000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for (bytes, reason) in [
            (&b"%PDF-1.7\n"[..], "looks like binary data (PDF), not text"),
            (b"PK\x03\x04....", "looks like binary data (a zip archive), not text"),
            (&noise, "looks like binary data: "),
            (&[1, 2, 3, 0, 0, 0, 0, 9, 200], "looks like binary data: "),
        ] {
            let found = decode(bytes, None).unwrap_err();
            assert!(found.starts_with(reason), "{found}");
        }
    }

    #[test]
    fn declaration_decides_only_what_bytes_leave_open() {
        let (cp1256, _, _) = encoding_rs::WINDOWS_1256.encode("هدنة هشة");
        assert_eq!(decode(&cp1256, Some("windows-1256")).unwrap(), ("هدنة هشة".into(), "windows-1256"));
        assert_eq!(decode("هدنة".as_bytes(), Some("windows-1256")).unwrap(), ("هدنة".into(), "UTF-8"));
        let long = "أبحرت العبارة من ميناء الرملة ظهر الأحد ثم عادت بسبب الضباب الكثيف";
        let (cp1256, _, _) = encoding_rs::WINDOWS_1256.encode(long);
        assert_eq!(decode(&cp1256, Some("iso-8859-1")).unwrap(), (long.into(), "windows-1256"));
        let latin = "Été à Orun : la fée naïve créée là-bas n'a plus été vue, déçue et gênée, où l'été fut brûlé";
        let (cp1252, _, _) = WINDOWS_1252.encode(latin);
        assert_eq!(decode(&cp1252, Some("iso-8859-1")).unwrap(), (latin.into(), "windows-1252"));
        assert_eq!(decode(b"abc", Some("utf-16")).unwrap(), ("abc".into(), "UTF-8"));
        assert_eq!(decode(b"abc", Some("no such thing")).unwrap(), ("abc".into(), "UTF-8"));
        let (jis, _, _) = ISO_2022_JP.encode("停戦交渉");
        assert_eq!(decode(&jis, Some("iso-2022-jp")).unwrap(), ("停戦交渉".into(), "ISO-2022-JP"));
    }

    #[test]
    fn one_broken_byte_does_not_spoil_utf8() {
        let mut bytes = "وقف إطلاق النار في الإقليم ليلا".as_bytes().to_vec();
        bytes.push(0xd9);
        assert_eq!(decode(&bytes, None).unwrap(), ("وقف إطلاق النار في الإقليم ليلا\u{fffd}".into(), "UTF-8"));
    }

    #[test]
    fn nothing_invisible_remains() {
        assert_eq!(decode("\u{feff}a\u{feff}b".as_bytes(), None).unwrap().0, "ab");
        assert_eq!(decode(b"a\r\nb\rc\n\rd\r", None).unwrap().0, "a\nb\nc\n\nd\n");
        let long = format!("{}\0end", "word ".repeat(20));
        assert!(!decode(long.as_bytes(), None).unwrap().0.contains('\0'));
        assert_eq!(decode(&[0xff, 0xfe, 0x48, 0, 0x49, 0], None).unwrap(), ("HI".into(), "UTF-16LE"));
    }
}
