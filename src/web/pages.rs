//! The pages. Each gathers what its template shows, already in words; templates only lay it out, and escape everything.

pub mod about;
pub mod article;
pub mod compare;
pub mod edits;
pub mod event;
pub mod events;
pub mod explain;
pub mod graph;
pub mod inbox;
pub mod paint;
pub mod search;
pub mod sources;
pub mod spread;
pub mod versions;
pub mod weight;

use super::{Answer, Ask, Problem};

/// A web address as it may be shown: a link only where a browser fetches it by the web's own protocols.
pub struct Address {
    /// The address as it stands.
    pub text: String,
    /// The host, where it is a link.
    pub host: Option<String>,
}

impl Address {
    /// The address as it may be shown.
    pub fn new(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#', '\\']).next()).and_then(|host| host.rsplit('@').next());
        let clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
        Self { text: text.to_owned(), host: host.filter(|h| clean && !h.is_empty()).map(str::to_owned) }
    }
}

/// Where lines of a language (BCP 47) begin, by the script it is mostly written in.
fn direction(lang: &str) -> &'static str {
    let written_leftwards = ["ar", "fa", "ur", "he", "yi", "ps", "sd", "ug", "ckb", "dv"];
    if written_leftwards.contains(&lang.split('-').next().unwrap_or_default()) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn only_web_addresses_are_links() {
        let host = |text: &str| Address::new(text).host;
        assert_eq!(host("https://noor.example/a?b=c").as_deref(), Some("noor.example"));
        assert_eq!(host("HTTP://Noor.example").as_deref(), Some("noor.example"));
        assert_eq!(host("https://noor.example@evil.example/").as_deref(), Some("evil.example"), "the host that is really asked");
        for text in
            ["javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "//evil.example", "https://", "https://a b/", "urn:x"]
        {
            assert_eq!(host(text), None, "{text:?}");
        }
    }
}
