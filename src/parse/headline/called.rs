//! Headlines that are no headings, of pages without any: in elements that are called headlines, as forms of ASP.NET have them.

use super::one_line;
use crate::parse::entities::decode;
use crate::parse::tags::{Tag, Token, tokens};

/// What such elements are called, in small letters alone; in an id, behind the last line below.
const NAMES: &[&str] = &[
    "headline",
    "lblheadline",
    "lbltitle",
    "lblnewstitle",
    "newstitle",
    "newsheadline",
    "articletitle",
    "storytitle",
    "entrytitle",
    "posttitle",
    "titlenews",
];

/// The text of each such element that has any.
pub fn headlines(html: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), None::<(String, usize, String)>);
    for token in tokens(html) {
        match (token, &mut open) {
            (Token::Open(tag), Some((name, depth, _))) if tag.name() == name => *depth += 1,
            (Token::Open(tag), None) if is_called(&tag) => open = Some((tag.name().to_owned(), 1, String::new())),
            (Token::Close(tag), Some((name, depth, _))) if tag.name() == name => {
                *depth -= 1;
                if *depth == 0 {
                    found.extend(open.take().map(|(_, _, text)| one_line(&text)).filter(|text| !text.is_empty()));
                }
            }
            (Token::Text(text), Some((_, _, headline))) => headline.push_str(&decode(text)),
            _ => {}
        }
    }
    found
}

fn is_called(tag: &Tag<'_>) -> bool {
    let bare = |name: &str| name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<String>();
    let is_name = |name: &str| NAMES.contains(&bare(name).as_str());
    let by_id = || tag.attribute("id").and_then(|id| id.rsplit('_').next()).is_some_and(is_name);
    tag.name() != "a" && (by_id() || tag.attribute("class").is_some_and(|names| names.split_ascii_whitespace().any(is_name)))
}

#[cfg(test)]
mod tests {
    use crate::parse::headline::of;

    #[test]
    fn what_is_called_a_headline_is_one_where_the_title_is_that_of_the_site() {
        let of = |title: &str, body: &str| of(&format!("<body>{body}</body>"), Some(title.to_owned()), |_| false).unwrap();
        let called = "<span id='ctl00_Main_lblTitle'>Wells of <b>Orun</b> fill overnight</span>";
        assert_eq!(of("Orun Post", called), "Wells of Orun fill overnight");
        assert_eq!(of(":: Orun Post ::", "<div class='News-Title'>Wells of Orun fill overnight</div>"), "Wells of Orun fill overnight");
        assert_eq!(of("Four wells fill in Orun", called), "Four wells fill in Orun");
        assert_eq!(of("Orun Post", &format!("{called}<span class=newsTitle>Choir of Tern wins again</span>")), "Orun Post", "which?");
        assert_eq!(of("Orun Post", &format!("<h1>Orun Post</h1>{called}")), "Orun Post");
        assert_eq!(of("Orun Post", "<span id=lblTitle>Towns"), "Orun Post");
    }
}
