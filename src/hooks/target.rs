//! Who is told of events: the entries `[[webhook]]` of the configuration.

use std::fmt;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use toml::{Table, Value};
use ureq::http::Uri;

use crate::cli::{last_moment, moment};
use crate::text::clean::Safe;

/// Most targets: each has a thread.
const MOST: usize = 16;
/// Bytes of a key, by Standard Webhooks 1.0.0, "Signature scheme".
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// What keys begin with.
const KEY_PREFIX: &str = "whsec_";

/// A target: an address that is told of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// What it is called: letters, digits, `-` and `_`.
    pub name: String,
    /// Where messages are posted.
    pub url: String,
    /// What they are signed with.
    pub secret: Secret,
    /// Of which events it is told.
    pub filter: Filter,
    /// Whether its address may be one of this machine or of a private network.
    pub allow_private: bool,
    /// Hours after which a message that nobody takes is given up.
    pub give_up_hours: f64,
    /// Messages that may wait for it; the oldest make room.
    pub max_waiting: u32,
}

/// Of which events a target is told: the filters of the list of events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only events with at least this many sources.
    pub min_sources: u32,
    /// Only events that this source reported.
    pub source: Option<String>,
    /// Only events with an article in this language.
    pub lang: Option<String>,
    /// Only events whose last article is not before this.
    pub since: Option<Timestamp>,
    /// Only events whose first article is not after this.
    pub until: Option<Timestamp>,
}

/// What messages are signed with. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// This.
    Given(String),
    /// What this file holds: a key, or several of which each signs, a line each.
    File(PathBuf),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

impl Secret {
    /// The keys, of which there is at least one.
    ///
    /// # Errors
    /// If the file cannot be read, or something is no key; the key itself is not in the message.
    pub fn keys(&self) -> Result<Vec<Vec<u8>>, String> {
        let text = match self {
            Self::Given(text) => text.clone(),
            Self::File(path) => std::fs::read_to_string(path).map_err(|e| format!("secret_file {}: {e}", Safe::path(path)))?,
        };
        let keys: Option<Vec<_>> = text.split_whitespace().map(key).collect();
        keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
            format!("the secret is none: {KEY_PREFIX} and 24 to 64 bytes in base 64 are expected, such as `echo {KEY_PREFIX}$(head -c 32 /dev/urandom | base64)` prints")
        })
    }
}

fn key(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text.strip_prefix(KEY_PREFIX)?).ok().filter(|key| KEY_BYTES.contains(&key.len()))
}

impl Target {
    /// The scheme and host of its address: the rest may be a secret.
    pub fn place(&self) -> String {
        let uri: Option<Uri> = self.url.parse().ok();
        let parts = uri.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.host()?)));
        parts.map_or_else(String::new, |(scheme, host)| format!("{scheme}://{host}"))
    }
}

/// Names of all keys of an entry, each with its range and how it is set.
const KEYS: &[(&str, &str, Setter)] = &[
    ("name", "up to 40 letters, digits, - and _", |t, v| put(&mut t.name, name(v))),
    ("url", "an address that begins with https:// or http://, without a password", |t, v| put(&mut t.url, url(v))),
    ("secret", "a key that begins with whsec_", |t, v| put(&mut t.secret, v.as_str().map(|s| Secret::Given(s.to_owned())))),
    ("secret_file", "a file", |t, v| put(&mut t.secret, filled(v).map(|path| Secret::File(path.into())))),
    ("min_sources", "0 to 1000000", |t, v| put(&mut t.filter.min_sources, whole(v, 0))),
    ("source", "the name of a source", |t, v| put(&mut t.filter.source, filled(v).map(Some))),
    ("lang", "a language, such as \"ar\"", |t, v| put(&mut t.filter.lang, filled(v).map(|lang| Some(lang.to_ascii_lowercase())))),
    ("since", "a day or a time", |t, v| put(&mut t.filter.since, filled(v).and_then(|at| moment(&at).ok()).map(Some))),
    ("until", "a day or a time", |t, v| put(&mut t.filter.until, filled(v).and_then(|at| last_moment(&at).ok()).map(Some))),
    ("allow_private", "true or false", |t, v| put(&mut t.allow_private, v.as_bool())),
    ("give_up_hours", "0.1 to 8760", |t, v| put(&mut t.give_up_hours, hours(v))),
    ("max_waiting", "1 to 1000000", |t, v| put(&mut t.max_waiting, whole(v, 1))),
];

type Setter = fn(&mut Target, &Value) -> Option<()>;

fn put<T>(place: &mut T, value: Option<T>) -> Option<()> {
    *place = value?;
    Some(())
}

fn filled(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned)
}

fn name(value: &Value) -> Option<String> {
    let fits = |name: &String| name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    filled(value).filter(fits)
}

fn url(value: &Value) -> Option<String> {
    let url = filled(value)?;
    let uri: Uri = url.parse().ok()?;
    let fits = matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some_and(|host| !host.is_empty());
    (fits && !uri.authority()?.as_str().contains('@')).then_some(url)
}

fn whole(value: &Value, low: i64) -> Option<u32> {
    value.as_integer().filter(|n| (low..=1_000_000).contains(n)).map(|n| n as u32)
}

fn hours(value: &Value) -> Option<f64> {
    let hours = value.as_float().or_else(|| value.as_integer().map(|n| n as f64))?;
    (0.1..=8760.0).contains(&hours).then_some(hours)
}

/// Reads the entries `[[webhook]]`.
///
/// # Errors
/// Every mistake in them, with the name of the key and its range.
pub fn read(value: &Value) -> Result<Vec<Target>, Vec<String>> {
    let Some(entries) = value.as_array() else { return Err(vec!["`webhook` is a list: write [[webhook]]".to_owned()]) };
    let (mut targets, mut mistakes): (Vec<Target>, Vec<String>) = (Vec::new(), Vec::new());
    for (n, entry) in entries.iter().enumerate() {
        match entry.as_table() {
            Some(table) => targets.push(target(table, n + 1, &mut mistakes)),
            None => mistakes.push("`webhook` is a list of tables: write [[webhook]]".to_owned()),
        }
    }
    for (n, target) in targets.iter().enumerate() {
        if targets[..n].iter().any(|t| t.name == target.name) && !target.name.is_empty() {
            mistakes.push(format!("two webhooks are called `{}`", target.name));
        }
    }
    if targets.len() > MOST {
        mistakes.push(format!("{} webhooks are more than {MOST}", targets.len()));
    }
    if mistakes.is_empty() { Ok(targets) } else { Err(mistakes) }
}

fn target(table: &Table, number: usize, mistakes: &mut Vec<String>) -> Target {
    let mut target = Target {
        name: String::new(),
        url: String::new(),
        secret: Secret::Given(String::new()),
        filter: Filter::default(),
        allow_private: false,
        give_up_hours: 72.0,
        max_waiting: 10_000,
    };
    let before = mistakes.len();
    for (name, value) in table {
        match KEYS.iter().find(|(key, ..)| key == name) {
            None => mistakes.push(format!("unknown key `webhook.{name}`")),
            // The value may be a key or an address that nobody else should see.
            Some((_, range, set)) if set(&mut target, value).is_none() => {
                mistakes.push(format!("`webhook.{name}` of webhook {number} is out of range: expected {range}"))
            }
            Some(_) => {}
        }
    }
    mistakes.extend(["name", "url"].iter().filter(|key| !table.contains_key(**key)).map(|key| format!("webhook {number} has no `{key}`")));
    if table.contains_key("secret") == table.contains_key("secret_file") {
        mistakes.push(format!("webhook {number} needs `secret_file` or `secret`, one of the two"));
    } else if mistakes.len() == before
        && let (Secret::Given(_), Err(why)) = (&target.secret, target.secret.keys())
    {
        mistakes.push(format!("webhook {number}: {why}"));
    }
    target
}

/// The targets as TOML, without what is secret in them.
pub fn to_toml(targets: &[Target]) -> String {
    let entry = |t: &Target| {
        let mut table = Table::new();
        let mut set = |key: &str, value: Value| drop(table.insert(key.to_owned(), value));
        set("name", Value::String(t.name.clone()));
        set("url", Value::String(t.url.clone()));
        match &t.secret {
            Secret::Given(_) => set("secret", Value::String("…".to_owned())),
            Secret::File(path) => set("secret_file", Value::String(path.to_string_lossy().into_owned())),
        }
        set("min_sources", Value::Integer(t.filter.min_sources.into()));
        let Filter { source, lang, since, until, .. } = &t.filter;
        let moments = [("since", since), ("until", until)].map(|(key, at)| (key, at.map(|at| at.to_string())));
        for (key, value) in [("source", source.clone()), ("lang", lang.clone())].into_iter().chain(moments) {
            value.into_iter().for_each(|value| set(key, Value::String(value)));
        }
        set("allow_private", Value::Boolean(t.allow_private));
        set("give_up_hours", Value::Float(t.give_up_hours));
        set("max_waiting", Value::Integer(t.max_waiting.into()));
        format!("\n[[webhook]]\n{table}")
    };
    targets.iter().map(entry).collect()
}

/// Names of the keys of an entry.
pub fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(toml: &str) -> Result<Vec<Target>, Vec<String>> {
        read(&toml.parse::<Table>().unwrap()["webhook"])
    }

    #[test]
    fn every_mistake_is_named_and_no_secret() {
        let mistakes = all("[[webhook]]\nname = \"a b\"\nurl = \"ftp://news.example/x\"\nsecret = \"hunter2\"\nhue = 1\n[[webhook]]\nurl = \"https://u:p@news.example/\"\n[[webhook]]\nname = \"desk\"\nurl = \"https://news.example/\"\nsecret = \"whsec_c2hvcnQ=\"").unwrap_err();
        let said = mistakes.join("\n");
        for what in
            ["webhook.name", "webhook.url", "webhook.hue", "webhook 2 has no `name`", "webhook 2 needs", "webhook 3: the secret is none"]
        {
            assert!(said.contains(what), "{what}: {said}");
        }
        assert!(!said.contains("hunter2") && !said.contains("c2hvcnQ") && !said.contains("u:p"), "{said}");
        assert!(all("[webhook]\nname = \"a\"").is_err());
    }

    #[test]
    fn what_is_shown_keeps_the_secret() {
        let key = format!("whsec_{}", BASE64_STANDARD.encode([7; 32]));
        let targets = all(&format!(
            "[[webhook]]\nname = \"desk\"\nurl = \"https://news.example/x?y\"\nsecret = \"{key}\"\nlang = \"AR\"\nsince = \"2026-03-01\""
        ))
        .unwrap();
        assert_eq!((targets[0].place().as_str(), targets[0].filter.lang.as_deref()), ("https://news.example", Some("ar")));
        assert_eq!(targets[0].secret.keys().unwrap(), [[7; 32]]);
        let shown = format!("{}{targets:?}", to_toml(&targets));
        assert!(shown.contains("lang = \"ar\"") && shown.contains("2026-03-01T00:00:00Z") && !shown.contains(&key[6..]), "{shown}");
    }
}
