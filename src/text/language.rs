//! Which language a text is in.

/// The language of `text` as a BCP 47 primary subtag, or `"und"`.
pub fn detect(_text: &str) -> &'static str {
    "und"
}
