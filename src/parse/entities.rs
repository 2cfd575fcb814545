//! Character references of HTML: numeric ones, the Latin-1 names and those that news text uses.

use std::borrow::Cow;

/// Names of U+00A0 to U+00FF in order.
const LATIN1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para \
    middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave \
    Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc \
    atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
    ugrave uacute ucirc uuml yacute thorn yuml";

const OTHERS: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("hellip", '…'),
    ("bull", '•'),
    ("euro", '€'),
    ("trade", '™'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("rarr", '→'),
    ("larr", '←'),
    ("minus", '−'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
];

/// Longest reference looked for: the longest name here has six characters, the longest number eight.
const LONGEST: usize = 12;

/// What browsers make of `&#128;` to `&#159;`: windows-1252, since old pages mean that. Zero: nothing there.
const C1: [u32; 32] = [
    0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c,
    0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178,
];

/// `text` with its character references replaced; what is none stays as written.
pub fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        let (c, used) = reference(after).unwrap_or(('&', 0));
        out.push(c);
        let next = after[used..].find('&').map_or(after.len(), |i| i + used);
        out.push_str(&after[used..next]);
        rest = &after[next..];
    }
    Cow::Owned(out)
}

/// The character at the start of `text`, which follows an ampersand, and how many bytes it takes.
fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let name = &text[..end];
    let c = match name.strip_prefix('#') {
        Some(number) => numeric(number)?,
        None => named(name)?,
    };
    Some((c, end + 1))
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    let code = code.checked_sub(128).and_then(|i| C1.get(i as usize).copied()).filter(|&c| c != 0).unwrap_or(code);
    if code == 0 { Some('\u{fffd}') } else { char::from_u32(code) }
}

fn named(name: &str) -> Option<char> {
    if let Some((_, c)) = OTHERS.iter().find(|(n, _)| *n == name) {
        return Some(*c);
    }
    let place = LATIN1.split_ascii_whitespace().position(|n| n == name)?;
    char::from_u32(0xa0 + u32::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters() {
        for (raw, text) in [
            ("a &amp; b", "a & b"),
            ("&laquo;&nbsp;&eacute;&yuml;&raquo;", "«\u{a0}éÿ»"),
            ("&#1575;&#x644;&#150;", "ال–"),
            ("AT&T &unknown; &; & &#xffffffff; &#0;", "AT&T &unknown; &; & &#xffffffff; \u{fffd}"),
            ("&amp;lt;", "&lt;"),
            ("&é;", "&é;"),
            ("&", "&"),
        ] {
            assert_eq!(decode(raw), text);
        }
    }
}
