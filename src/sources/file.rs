//! Reading `sources.toml`: every mistake in it is named at once.

use jiff::tz::TimeZoneDatabase;
use toml::{Table, Value};

use super::{Kind, Pattern, Patterns, Source, bare_host};

/// The keys of an entry, as they are named to whoever misspelt one.
const KEYS: &str = "id, name, aliases, shared_names, credits, hosts, country, language, zone, kind, signatures, boilerplate";

/// The entries of a file, and its boilerplate that is nobody's own.
pub(super) fn read(toml: &str) -> Result<(Vec<Source>, Vec<Pattern>), Vec<String>> {
    let table: Table = toml.parse().map_err(|e: toml::de::Error| vec![format!("not valid TOML: {}", e.to_string().trim_end())])?;
    let (mut sources, mut any, mut errors) = (Vec::<Source>::new(), Vec::new(), Vec::new());
    for (name, value) in &table {
        match (name.as_str(), value) {
            ("source", Value::Array(entries)) => {
                for (n, value) in entries.iter().enumerate() {
                    let Value::Table(entry) = value else {
                        errors.push(format!("source number {}: {value}: expected a table", n + 1));
                        continue;
                    };
                    let source = entry_of(entry, n + 1, &mut errors);
                    if sources.iter().any(|s| s.id == source.id && !s.id.is_empty()) {
                        errors.push(format!("source \"{}\": id stands twice in this file: expected one entry for each id", source.id));
                    }
                    sources.push(source);
                }
            }
            ("any", Value::Table(keys)) => any.extend(any_of(keys, &mut errors)),
            _ => errors.push(format!("unknown key `{name}`: expected [[source]] entries or [any]")),
        }
    }
    if errors.is_empty() { Ok((sources, any)) } else { Err(errors) }
}

fn any_of(keys: &Table, errors: &mut Vec<String>) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for (key, value) in keys {
        let mut entry = Entry { name: "[any]".to_owned(), errors };
        match key.as_str() {
            "boilerplate" => patterns.extend(entry.patterns(key, value)),
            _ => entry.errors.push(format!("[any]: unknown key `{key}`: expected boilerplate")),
        }
    }
    patterns
}

/// One entry being read; `name` is how messages call it.
struct Entry<'e> {
    name: String,
    errors: &'e mut Vec<String>,
}

fn entry_of(table: &Table, number: usize, errors: &mut Vec<String>) -> Source {
    let id = table.get("id").and_then(Value::as_str).unwrap_or_default();
    let name = if id.is_empty() { format!("source number {number}") } else { format!("source \"{id}\"") };
    let mut entry = Entry { name, errors };
    let mut source = Source {
        id: String::new(),
        name: String::new(),
        aliases: Vec::new(),
        shared_names: Vec::new(),
        credits: Vec::new(),
        hosts: Vec::new(),
        country: None,
        language: None,
        zone: None,
        kind: None,
        signatures: Vec::new(),
        boilerplate: Patterns::default(),
    };
    for (key, value) in table {
        entry.set(&mut source, key, value);
    }
    for (key, missing) in [("id", !table.contains_key("id")), ("name", !table.contains_key("name"))] {
        if missing {
            entry.errors.push(format!("{}: `{key}` is missing", entry.name));
        }
    }
    source
}

impl Entry<'_> {
    fn set(&mut self, source: &mut Source, key: &str, value: &Value) {
        match key {
            "id" => source.id = self.one(key, value, "letters a-z, digits and -", is_id).unwrap_or_default(),
            "name" => source.name = self.one(key, value, "a name with a letter in it", is_name).unwrap_or_default(),
            "aliases" => source.aliases = self.list(key, value, "a list of names", is_name),
            "shared_names" => source.shared_names = self.list(key, value, "a list of names", is_name),
            "credits" => source.credits = self.list(key, value, "a list of names", is_name),
            "hosts" => {
                source.hosts = self.list(key, value, "a list of hosts such as \"news.example\", in lower case, without www.", is_host)
            }
            "country" => source.country = self.one(key, value, "two capital letters (ISO 3166-1), such as \"EG\"", is_country),
            "language" => source.language = self.one(key, value, "a BCP 47 primary subtag, such as \"ar\"", is_language),
            "zone" => source.zone = self.zone(key, value),
            "kind" => source.kind = self.kind(key, value),
            "signatures" => source.signatures = self.list(key, value, "a list of lines of two words or more", is_signature),
            "boilerplate" => source.boilerplate = Patterns::new(self.patterns(key, value)),
            _ => self.errors.push(format!("{}: unknown key `{key}`: expected one of {KEYS}", self.name)),
        }
    }

    fn refuse(&mut self, key: &str, value: &Value, expected: &str) {
        self.errors.push(format!("{}: `{key}` = {value}: expected {expected}", self.name));
    }

    fn one(&mut self, key: &str, value: &Value, expected: &str, allowed: fn(&str) -> bool) -> Option<String> {
        let text = value.as_str().filter(|s| allowed(s)).map(str::to_owned);
        if text.is_none() {
            self.refuse(key, value, expected);
        }
        text
    }

    fn list(&mut self, key: &str, value: &Value, expected: &str, allowed: fn(&str) -> bool) -> Vec<String> {
        let Some(items) = value.as_array() else {
            self.refuse(key, value, expected);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.one(key, item, expected, allowed)).collect()
    }

    fn patterns(&mut self, key: &str, value: &Value) -> Vec<Pattern> {
        let lines = self.list(key, value, "a list of lines that hold more than * and space", |line| Pattern::new(line).is_some());
        lines.iter().filter_map(|line| Pattern::new(line)).collect()
    }

    fn zone(&mut self, key: &str, value: &Value) -> Option<(String, jiff::tz::TimeZone)> {
        // The tables inside the program, not those of the system: a date is read alike on every machine.
        let zone = value.as_str().and_then(|name| Some((name.to_owned(), TimeZoneDatabase::bundled().get(name).ok()?)));
        if zone.is_none() {
            self.refuse(key, value, "an IANA time zone, such as \"Asia/Riyadh\"");
        }
        zone
    }

    fn kind(&mut self, key: &str, value: &Value) -> Option<Kind> {
        let kind = match value.as_str() {
            Some("agency") => Some(Kind::Agency),
            Some("newspaper") => Some(Kind::Newspaper),
            Some("broadcaster") => Some(Kind::Broadcaster),
            Some("aggregator") => Some(Kind::Aggregator),
            Some("government") => Some(Kind::Government),
            _ => None,
        };
        if kind.is_none() {
            self.refuse(key, value, "agency, newspaper, broadcaster, aggregator or government");
        }
        kind
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_name(text: &str) -> bool {
    !super::key(text).is_empty()
}

fn is_host(text: &str) -> bool {
    let allowed = |c: char| (c.is_alphanumeric() && !c.is_uppercase()) || matches!(c, '-' | '.');
    text.contains('.') && !text.starts_with('.') && !text.ends_with('.') && text.chars().all(allowed) && bare_host(text) == text
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_language(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// One word is no signature: any text may begin a line with it.
fn is_signature(text: &str) -> bool {
    super::key(text).contains(' ')
}
