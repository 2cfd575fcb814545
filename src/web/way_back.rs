//! The way to the login and back to the page that somebody came from. Our pages send no referrer, so the link itself names the page.

use super::given::{LONGEST, encoded};

/// The address of the login that leads back to `place`, the path and query of a page of ours; a very long one is left out.
pub fn login(place: &str) -> String {
    if place.chars().count() > LONGEST { "/login".to_owned() } else { format!("/login?to={}", encoded(place)) }
}

/// The page to lead back to, if what the link or the form names is a path of ours. Anybody can make such a link: what a browser could read as
/// another host (`//host`, `/\host`, or either with a tab in it, which browsers drop) is none.
pub fn back(to: &str) -> Option<&str> {
    let (first, rest) = to.split_at_checked(1)?;
    let is_path = first == "/" && !rest.starts_with('/');
    let is_plain = to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (is_path && is_plain).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_lead_back() {
        for to in ["/", "/edits", "/events/0123?from=40", "/articles/%D8%A7%2F%2F", "/explain?a=x&b=//y"] {
            assert_eq!(back(to), Some(to));
        }
        for to in [
            "",
            "edits",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example/",
            "http:/evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: a=b",
            "/edits\u{0}",
            "\t//evil.example",
            "/ /evil.example",
            "/\u{7f}",
            "/é",
            "ا",
            "／／evil.example",
        ] {
            assert_eq!(back(to), None, "{to:?}");
        }
    }

    #[test]
    fn the_login_names_the_page() {
        assert_eq!(login("/events/0123?from=40"), "/login?to=%2Fevents%2F0123%3Ffrom%3D40");
        assert_eq!(login(&format!("/articles/{}", "a".repeat(300))), "/login");
    }
}
