//! A linear scan over HTML: enough to measure it, to read its metadata and to reduce a fragment to text, without a tree.

/// A piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text between tags, entities not decoded. The content of `<title>` and `<textarea>` comes so too.
    Text(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag.
    Close(Tag<'a>),
    /// The content of `<script>` or `<style>`.
    Raw(&'a str),
    /// Comment, doctype, processing instruction.
    Other,
}

/// A tag: its name and what stands after the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Position of the `<`.
    pub at: usize,
    written: &'a str,
    rest: &'a str,
    lower: [u8; NAME],
}

/// Longest tag name that is told apart; no HTML element has a longer one.
const NAME: usize = 12;

impl<'a> Tag<'a> {
    fn new(at: usize, inside: &'a str) -> Self {
        let end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(inside.len());
        let (written, rest) = inside.split_at(end);
        let mut lower = [0; NAME];
        for (to, from) in lower.iter_mut().zip(written.bytes().take_while(u8::is_ascii)) {
            *to = from.to_ascii_lowercase();
        }
        Self { at, written, rest, lower }
    }

    /// The name in lower case.
    pub fn name(&self) -> &str {
        let end = self.written.len().min(NAME);
        std::str::from_utf8(&self.lower[..end]).unwrap_or("").trim_end_matches('\0')
    }

    /// The attributes as `(name, value)`, names as written, values without quotes, entities not decoded.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        Attributes(self.rest)
    }

    /// The value of the attribute `name`.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether a browser shows nothing of the element, as far as its own attributes tell.
    pub fn is_hidden(&self) -> bool {
        let holds_nothing = VOID.contains(&self.name());
        let is_styled_away = |style: &str| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        };
        !holds_nothing && (self.attribute("hidden").is_some() || self.attribute("style").is_some_and(is_styled_away))
    }
}

/// Elements without an end tag (HTML Living Standard, 13.1.2).
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

struct Attributes<'a>(&'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let is_space = |c: char| c.is_ascii_whitespace() || c == '/';
        let rest = self.0.trim_start_matches(is_space);
        if rest.is_empty() {
            return None;
        }
        // A name may begin with `=` in broken tags; skipping one character first makes sure that this moves on.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(|c: char| is_space(c) || c == '=').map_or(rest.len(), |i| i + first);
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            self.0 = after;
            return Some((name, ""));
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.0 = after;
        Some((name, value))
    }
}

/// The tokens of `html`, in one pass. What does not look like a tag is text.
pub fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    Scanner { html, at: 0, raw: None }
}

struct Scanner<'a> {
    html: &'a str,
    at: usize,
    /// End tag that ends the raw text we are in.
    raw: Option<&'static str>,
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(end) = self.raw.take() {
            let content = self.until(find_end_tag(&self.html[self.at..], end));
            if !content.is_empty() {
                return Some(if matches!(end, "</title" | "</textarea") { Token::Text(content) } else { Token::Raw(content) });
            }
        }
        let rest = &self.html[self.at..];
        if rest.is_empty() {
            return None;
        }
        if !begins_markup(rest) {
            let next = rest.match_indices('<').map(|(i, _)| i).find(|&i| begins_markup(&rest[i..])).unwrap_or(rest.len());
            return Some(Token::Text(self.until(next)));
        }
        Some(self.markup(rest))
    }
}

impl<'a> Scanner<'a> {
    /// The next `len` bytes, which are passed by.
    fn until(&mut self, len: usize) -> &'a str {
        let taken = &self.html[self.at..self.at + len];
        self.at += len;
        taken
    }

    fn markup(&mut self, rest: &'a str) -> Token<'a> {
        let at = self.at;
        if let Some(comment) = rest.strip_prefix("<!--") {
            self.at += comment_end(comment).map_or(rest.len(), |i| i + 4);
            return Token::Other;
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            self.at += rest.find('>').map_or(rest.len(), |i| i + 1);
            return Token::Other;
        }
        let end = tag_end(rest);
        self.at += end;
        let inside = rest[..end].trim_start_matches('<').trim_end_matches('>');
        if let Some(name) = inside.strip_prefix('/') {
            return Token::Close(Tag::new(at, name));
        }
        let tag = Tag::new(at, inside);
        self.raw = match tag.name() {
            "script" => Some("</script"),
            "style" => Some("</style"),
            "title" => Some("</title"),
            "textarea" => Some("</textarea"),
            _ => None,
        };
        Token::Open(tag)
    }
}

/// A `<` followed by a letter, `/letter`, `!` or `?`; "a < b" is text.
fn begins_markup(text: &str) -> bool {
    match text.as_bytes() {
        [b'<', b'/', c, ..] => c.is_ascii_alphabetic(),
        [b'<', c, ..] => c.is_ascii_alphabetic() || matches!(c, b'!' | b'?'),
        _ => false,
    }
}

/// Where browsers end a comment, of which `text` is what follows `<!--` (HTML standard, §13.2.5.43 on): `<!-->` is a whole one.
fn comment_end(text: &str) -> Option<usize> {
    if let Some(short) = [">", "->"].iter().find(|end| text.starts_with(**end)) {
        return Some(short.len());
    }
    let ends = text.match_indices("--").map(|(i, _)| i);
    ends.into_iter().find_map(|i| [">", "!>"].iter().find(|e| text[i + 2..].starts_with(**e)).map(|e| i + 2 + e.len())).or_else(|| {
        // `--->`: the first two of the dashes are not those that end it.
        text.find("-->").map(|i| i + 3)
    })
}

/// Where in a tag the scan is (HTML standard, §13.2.5.8 to §13.2.5.40).
enum Within {
    Name,
    BeforeAttribute,
    Attribute,
    AfterAttribute,
    BeforeValue,
    Value,
    Quoted(u8),
}

/// Length of the tag at the start of `text`, exactly as browsers see it: what is hidden from this scan must be hidden from the tree too.
fn tag_end(text: &str) -> usize {
    let mut within = Within::Name;
    for (i, b) in text.bytes().enumerate() {
        let is_space = b.is_ascii_whitespace();
        within = match within {
            Within::Quoted(quote) => {
                if b == quote {
                    Within::BeforeAttribute
                } else {
                    Within::Quoted(quote)
                }
            }
            _ if b == b'>' => return i + 1,
            Within::BeforeValue if is_space => Within::BeforeValue,
            Within::BeforeValue if matches!(b, b'"' | b'\'') => Within::Quoted(b),
            Within::BeforeValue => Within::Value,
            Within::Value => {
                if is_space {
                    Within::BeforeAttribute
                } else {
                    Within::Value
                }
            }
            Within::Name => {
                if is_space || b == b'/' {
                    Within::BeforeAttribute
                } else {
                    Within::Name
                }
            }
            _ if b == b'/' => Within::BeforeAttribute,
            Within::BeforeAttribute => {
                if is_space {
                    Within::BeforeAttribute
                } else {
                    Within::Attribute
                }
            }
            Within::Attribute | Within::AfterAttribute if b == b'=' => Within::BeforeValue,
            Within::Attribute => {
                if is_space {
                    Within::AfterAttribute
                } else {
                    Within::Attribute
                }
            }
            Within::AfterAttribute => {
                if is_space {
                    Within::AfterAttribute
                } else {
                    Within::Attribute
                }
            }
        };
    }
    text.len()
}

fn find_end_tag(text: &str, end: &str) -> usize {
    text.match_indices("</")
        .map(|(i, _)| i)
        .find(|&i| text.as_bytes()[i..].get(..end.len()).is_some_and(|t| t.eq_ignore_ascii_case(end.as_bytes())))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_what_pages_hold() {
        let html = "a < b<P Class='x>y' id=z checked>t</p ><!-- <i> --><script>if (a<b) '</p>'</SCRIPT><title>a <b> c</title>";
        let kinds: Vec<String> = tokens(html)
            .map(|t| match t {
                Token::Text(t) => format!("text {t}"),
                Token::Raw(t) => format!("raw {t}"),
                Token::Open(t) => format!("open {} {:?}", t.name(), t.attributes().collect::<Vec<_>>()),
                Token::Close(t) => format!("close {}", t.name()),
                Token::Other => "other".into(),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "text a < b",
                r#"open p [("Class", "x>y"), ("id", "z"), ("checked", "")]"#,
                "text t",
                "close p",
                "other",
                "open script []",
                "raw if (a<b) '</p>'",
                "close script",
                "open title []",
                "text a <b> c",
                "close title",
            ]
        );
    }

    /// What a scan takes for hidden and a browser does not is how a page slips through the gate before the tree.
    #[test]
    fn nothing_is_hidden_that_browsers_see() {
        for html in [
            "<!--><ul>",
            "<!---><ul>",
            "<!-- a --!><ul>",
            "<!-- a ---><ul>",
            "<!x=\"><ul>",
            "<?x='><ul>",
            "<a =\"><ul>",
            "<a b=c=\"><ul>",
            "<a b'\"><ul>",
            "<a b=''c=\"\"><ul>",
            "<a/=\"><ul>",
            "<a\"'><ul>",
            "<!doctype html \"><ul>",
        ] {
            let found = tokens(html).any(|t| matches!(t, Token::Open(tag) if tag.name() == "ul"));
            assert!(found, "{html}");
        }
        for html in ["<a b=\"><ul>", "<a b = '><ul>", "<!-- > <ul>", "<!-- -- > <ul> -->"] {
            let found = tokens(html).any(|t| matches!(t, Token::Open(tag) if tag.name() == "ul"));
            assert!(!found, "{html}");
        }
    }

    #[test]
    fn broken_markup_ends() {
        for html in ["<", "</", "<a", "<a b='", "<!--", "<script>", "<a =", "<a =\"=\">", "<é>", "<a é=é ", "<script></scripté"] {
            assert!(tokens(html).count() < 9, "{html}");
            for token in tokens(html) {
                if let Token::Open(tag) = token {
                    assert!(tag.attributes().count() < 9, "{html}");
                }
            }
        }
    }
}
