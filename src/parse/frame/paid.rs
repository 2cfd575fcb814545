//! The part of an article that costs something: elements that the JSON-LD of a page says to be it (`hasPart`, `cssSelector`). They are often called
//! a paywall, as the notice is that takes their place.

/// Most classes that are believed to be of such elements.
const SELECTORS: usize = 8;

/// The classes of these elements, at most [`SELECTORS`].
pub fn classes(html: &str) -> Vec<&str> {
    let selectors = html.match_indices("\"cssSelector\"").filter_map(|(at, key)| {
        let value = html[at + key.len()..].trim_start().strip_prefix(':')?.trim_start().strip_prefix("\".")?;
        value.split('"').next()
    });
    selectors.filter(|class| class.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))).take(SELECTORS).collect()
}

#[cfg(test)]
mod tests {
    use crate::parse::frame::cut;

    #[test]
    fn what_costs_something_is_a_part_of_the_article() {
        let story = "The council of Orun decided on Monday to build a second bridge over the river, the mayor said.";
        let json = r#"<script type="application/ld+json">{"hasPart":{"isAccessibleForFree":false, "cssSelector" : ".paywall"}}</script>"#;
        let page = format!("<body><div><p>{story}</p><div class=paywall><p>Work begins in May.</p></div></div></body>");
        let left = |page: &str| cut(page, None, false).document.html().contains("begins in May");
        assert!(left(&format!("{json}{page}")) && !left(&page));
    }
}
