//! What the query of an address says. Everything in it must be known: a misspelt filter would show the wrong list.

use axum::extract::Query;
use axum::http::Uri;
use jiff::Timestamp;

use super::Problem;

/// Longest value, in characters.
pub const LONGEST: usize = 256;

/// Names and values, as they were given.
#[derive(Debug, Clone, Default)]
pub struct Given(Vec<(String, String)>);

impl Given {
    /// Reads the query of an address that takes these names.
    pub fn read(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::wrong("the query of this address cannot be read", "names and values are UTF-8, percent-encoded"))?;
        for (n, (name, value)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Problem::wrong(format!("unknown filter: {}", cut(name)), "/api/v1/openapi.json lists what each address takes"));
            }
            if pairs[..n].iter().any(|(other, _)| other == name) {
                return Err(Problem::wrong(format!("`{name}` is given twice"), "give it once"));
            }
            if value.contains('\u{fffd}') {
                return Err(Problem::wrong(format!("`{name}` is not UTF-8"), "names and values are UTF-8, percent-encoded"));
            }
            if value.chars().count() > LONGEST {
                return Err(Problem::wrong(format!("`{name}` is longer than {LONGEST} characters"), "shorten it"));
            }
        }
        Ok(Self(pairs))
    }

    /// A value; nothing where it is empty, as forms send it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// As [`Given::get`], empty where it is not given.
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// A value that is needed.
    pub fn needed(&self, name: &str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| Problem::wrong(format!("`{name}` is missing"), "give the id of an article"))
    }

    /// A whole number within bounds.
    pub fn number(&self, name: &str, default: u32, low: u32, high: u32) -> Result<u32, Problem> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let number = value.parse().ok().filter(|n| (low..=high).contains(n));
        number.ok_or_else(|| Problem::wrong(format!("`{name}` = {} is out of range: expected {low} to {high}", cut(value)), "change it"))
    }

    /// A day or a time, as `read` takes it: [`crate::cli::moment`] or [`crate::cli::last_moment`].
    pub fn moment(&self, name: &str, read: fn(&str) -> Result<Timestamp, String>) -> Result<Option<Timestamp>, Problem> {
        let read = |value| read(value).map_err(|expected| Problem::wrong(format!("`{name}` = {}: {expected}", cut(value)), "change it"));
        self.get(name).map(read).transpose()
    }

    /// The query for the same with `name` changed, or left out; begins with `?`, or is empty.
    pub fn with(&self, name: &str, value: Option<&str>) -> String {
        let kept = self.0.iter().filter(|(n, v)| n != name && !v.is_empty()).map(|(n, v)| (n.as_str(), v.as_str()));
        let pairs: Vec<String> = kept.chain(value.map(|v| (name, v))).map(|(n, v)| format!("{n}={}", encoded(v))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

fn cut(value: &str) -> String {
    value.chars().take(40).collect()
}

/// A value as it stands in an address: all but unreserved characters (RFC 3986, 2.3) as percent-encoded UTF-8.
pub fn encoded(value: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    value.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(query: &str) -> Result<Given, Problem> {
        Given::read(&format!("/?{query}").parse().unwrap(), &["source", "limit", "since"])
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(given("source=a&limit=5").is_ok());
        assert!(given("sauce=a").is_err());
        assert!(given("source=a&source=b").is_err(), "which of the two?");
        assert!(given("source=%ff").is_err(), "not UTF-8");
        assert!(given(&format!("source={}", "%D8%A7".repeat(256))).is_ok());
        assert!(given(&format!("source={}", "a".repeat(257))).is_err());
    }

    #[test]
    fn values_have_ranges() {
        let given = given("limit=201&since=2026-03-04&source=").unwrap();
        assert!(given.number("limit", 50, 1, 200).is_err());
        assert_eq!(given.number("limit", 50, 1, 201).unwrap(), 201);
        assert!(given.moment("since", crate::cli::moment).unwrap().is_some());
        assert_eq!(given.get("source"), None, "an empty field of a form filters nothing");
    }

    #[test]
    fn links_keep_the_other_filters() {
        let given = given("source=%D9%86%D9%88%D8%B1&limit=5").unwrap();
        assert_eq!(given.with("limit", None), "?source=%D9%86%D9%88%D8%B1");
        assert_eq!(given.with("limit", Some("a&b")), "?source=%D9%86%D9%88%D8%B1&limit=a%26b");
    }
}
