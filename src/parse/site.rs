//! The name of a site in the title of its page, before or behind the headline.

use super::headline::BEFORE_SITE;
use crate::sources::{host_of, key};

/// What may stand between headline and name beside the usual marks, where the name is known to be one.
const ALSO: [char; 3] = [':', '~', '›'];
/// Marks looked at from either end.
const MARKS: usize = 6;
/// Words that a title adds to the name of its site, folded.
const ADDED: [&str; 9] = ["online", "news", "website", "newspaper", "com", "net", "الالكترونيه", "اونلاين", "نت"];
/// Letters of the shortest host that is taken for a name.
const HOST_LETTERS: usize = 4;

/// The title without the name of the site; `None` if that does not stand at its end or begin, or is all of it.
pub fn without(title: &str, is_site: impl Fn(&str) -> bool) -> Option<&str> {
    let marks = || title.match_indices(|c| BEFORE_SITE.contains(&c) || ALSO.contains(&c));
    // One mark and no more: the one before it may be a quotation mark of the headline.
    let before = marks().map(|(at, mark)| (&title[..at], &title[at + mark.len()..]));
    let is_rest = |rest: &&str| rest.contains(char::is_alphanumeric);
    let last: Vec<(&str, &str)> = before.clone().collect();
    let behind =
        last.iter().rev().take(MARKS).find(|(_, name)| is_site(name.trim())).map(|(rest, _)| rest.trim().trim_end_matches(':').trim());
    let ahead = || before.take(MARKS).find(|(name, _)| is_site(name.trim())).map(|(_, rest)| rest.trim().trim_start_matches(':').trim());
    behind.filter(is_rest).or_else(|| ahead().filter(is_rest))
}

/// Whether a part of a title is the name of the site, which the page gives as `name`, or spells out the host of its address.
pub fn is_name(part: &str, name: Option<&str>, url: Option<&str>) -> bool {
    let part = key(part);
    let name = name.map(key).filter(|name| !name.is_empty());
    let is_added = |rest: &str| rest.split(' ').all(|word| word.is_empty() || ADDED.contains(&word));
    let goes_on =
        |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || (rest.starts_with(' ') && is_added(rest)));
    let is_host = || {
        let letters: String = part.split(' ').collect();
        letters.len() >= HOST_LETTERS && url.and_then(host_of).is_some_and(|host| host.split('.').next() == Some(letters.as_str()))
    };
    !part.is_empty() && (name.is_some_and(|name| goes_on(&part, &name) || goes_on(&name, &part)) || is_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_site_is_found_at_both_ends() {
        let is_site = |part: &str| is_name(part, Some("Orun Post"), Some("https://www.orunpost.example/a"));
        for (title, expected) in [
            ("Second bridge | Orun Post", Some("Second bridge")),
            ("Second bridge — ORUN POST", Some("Second bridge")),
            ("Second bridge : Orun Post", Some("Second bridge")),
            ("Second bridge :: Orun Post Online", Some("Second bridge")),
            ("Second bridge » OrunPost", Some("Second bridge")),
            ("Orun Post - Second bridge", Some("Second bridge")),
            ("Orun Post: Second bridge: what we know", Some("Second bridge: what we know")),
            ("Second bridge – a dream – Orun Post", Some("Second bridge – a dream")),
            ("رئيس البلدية: «نعم» | Orun Post", Some("رئيس البلدية: «نعم»")),
            ("Mayor thanks the Orun Post", None),
            ("Press awards: Orun Post wins", None),
            ("Orun Post", None),
            ("| Orun Post", None),
            ("Bridge - what we know", None),
        ] {
            assert_eq!(without(title, is_site), expected, "{title}");
        }
        let is_site = |part: &str| is_name(part, Some("صحيفة الميناء"), None);
        for title in ["صحيفة الميناء : الآبار تعود", "الآبار تعود – صحيفة الميناء الإلكترونية", "الآبار تعود | صحيفه الميناء"]
        {
            assert_eq!(without(title, is_site), Some("الآبار تعود"), "{title}");
        }
    }
}
