//! The configuration: every key, its default, its range. `config/wirefold.toml` is the manual; a test keeps the two equal.

mod reload;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use toml::Value;
use tracing::level_filters::LevelFilter;

use crate::detect::Settings;
use crate::detect::score::Model;
use crate::hooks::{Target, target};
use crate::parse::Limits;
use crate::sources::Sources;

pub use reload::Reloaded;

/// What to do with a file once its outcome is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Move it to the archive, or to the quarantine if nothing in it was an article.
    Archive,
    /// Delete it.
    Delete,
    /// Leave it where it is and remember its digest.
    Keep,
}

/// How the daemon learns of new files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watching {
    /// By notices of the file system where they come, else by looking from time to time.
    Auto,
    /// By looking from time to time.
    Poll,
}

/// The web page and the JSON API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Whether `run` serves them too.
    pub enabled: bool,
    /// Where they are served: an address that only this machine reaches.
    pub listen: SocketAddr,
    /// Names besides those of this machine under which they may be asked for, as a proxy in front of them passes them on.
    pub hosts: Vec<String>,
    /// Whether whoever has the token may edit there.
    pub edit: bool,
    /// Whether whoever has the token may post articles there.
    pub post: bool,
}

impl Web {
    /// Reads an address to listen on; `None` where it is none, or where other machines could reach it.
    pub fn address(text: &str) -> Option<SocketAddr> {
        text.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback())
    }
}

/// Where a running daemon tells how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthAt {
    /// Nowhere.
    Off,
    /// A Unix socket beside the store, named after it.
    Beside,
    /// A Unix socket at this path.
    Socket(PathBuf),
    /// An address that only this machine reaches.
    Address(SocketAddr),
}

impl HealthAt {
    /// Reads the value of `health.listen`; `None` where it is none.
    fn read(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Off),
            "auto" => Some(Self::Beside),
            _ => match text.strip_prefix("unix:") {
                Some(path) => (!path.is_empty()).then(|| Self::Socket(path.into())),
                None => Web::address(text).map(Self::Address),
            },
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Off => String::new(),
            Self::Beside => "auto".to_owned(),
            Self::Socket(path) => format!("unix:{}", path.display()),
            Self::Address(address) => address.to_string(),
        }
    }
}

/// All settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Folder that is watched.
    pub inbox: PathBuf,
    /// Folder for files that are being taken.
    pub work: PathBuf,
    /// Folder for files that were stored.
    pub archive: PathBuf,
    /// Folder for files that were rejected.
    pub quarantine: PathBuf,
    /// What happens to a file afterwards.
    pub after: After,
    /// Seconds without a change after which a file counts as complete.
    pub settle_seconds: f64,
    /// Seconds between two scans of the whole inbox.
    pub rescan_seconds: f64,
    /// How new files are noticed.
    pub watching: Watching,
    /// Seconds between two scans where there are no notices.
    pub poll_seconds: f64,
    /// Days for which originals are kept; 0: for ever.
    pub keep_days: u32,
    /// Most files taken into one transaction.
    pub batch_files: usize,
    /// The SQLite file.
    pub store: PathBuf,
    /// Detection.
    pub detect: Settings,
    /// The file that the weights were read from; `None` for the shipped ones.
    pub weights: Option<PathBuf>,
    /// Who publishes.
    pub sources: Arc<Sources>,
    /// The file that adds to the shipped sources; `None` for none.
    pub sources_file: Option<PathBuf>,
    /// Limits of parsing.
    pub limits: Limits,
    /// The web page.
    pub web: Web,
    /// Who is told of events.
    pub webhooks: Vec<Target>,
    /// Where the daemon tells how it is.
    pub health: HealthAt,
    /// What the daemon logs.
    pub log_level: LevelFilter,
    /// Whether it logs JSON.
    pub log_json: bool,
    /// The program whose processes read pages, XML and archives: this one, said by its `main`. `None`: this process reads them itself.
    /// No key of the file.
    pub program: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            inbox: "inbox".into(),
            work: "data/work".into(),
            archive: "data/archive".into(),
            quarantine: "data/quarantine".into(),
            after: After::Archive,
            settle_seconds: 0.5,
            rescan_seconds: 30.0,
            watching: Watching::Auto,
            poll_seconds: 2.0,
            keep_days: 0,
            batch_files: 256,
            store: "data/wirefold.db".into(),
            detect: Settings::default(),
            weights: None,
            sources: Sources::shipped().clone(),
            sources_file: None,
            limits: Limits::default(),
            web: Web { enabled: false, listen: SocketAddr::from(([127, 0, 0, 1], 7311)), hosts: Vec::new(), edit: false, post: false },
            webhooks: Vec::new(),
            health: HealthAt::Beside,
            log_level: LevelFilter::INFO,
            log_json: false,
            program: None,
        }
    }
}

/// A key of the configuration: its name, its range in words, and how to set it.
struct Key {
    name: &'static str,
    range: &'static str,
    set: fn(&mut Config, &Value) -> Option<()>,
    show: fn(&Config) -> Value,
}

fn path(value: &Value) -> Option<PathBuf> {
    value.as_str().filter(|s| !s.is_empty()).map(PathBuf::from)
}

fn number(value: &Value, low: f64, high: f64) -> Option<f64> {
    let n = value.as_float().or_else(|| value.as_integer().map(|i| i as f64))?;
    (low..=high).contains(&n).then_some(n)
}

fn whole(value: &Value, low: i64, high: i64) -> Option<usize> {
    let n = value.as_integer()?;
    (low..=high).contains(&n).then_some(n as usize)
}

fn weights(file: Option<&Path>) -> Option<Arc<Model>> {
    match file {
        None => Some(Model::shipped()),
        Some(file) => Model::parse(&std::fs::read_to_string(file).ok()?).ok().map(Arc::new),
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> Option<()> {
    *place = value?;
    Some(())
}

fn hosts(value: &Value) -> Option<Vec<String>> {
    let host = |v: &Value| v.as_str().filter(|h| !h.is_empty() && !h.contains(['/', ' ', '@'])).map(str::to_ascii_lowercase);
    value.as_array()?.iter().map(host).collect()
}

fn text(path: &Path) -> Value {
    Value::String(path.to_string_lossy().into_owned())
}

/// The list of those who are told of events: tables of which there may be several, so that its keys are none of [`KEYS`].
const WEBHOOKS: &str = "webhook";

const MANY: i64 = 1 << 40;

const KEYS: &[Key] = &[
    Key { name: "inbox.path", range: "a folder", set: |c, v| put(&mut c.inbox, path(v)), show: |c| text(&c.inbox) },
    Key { name: "inbox.work", range: "a folder", set: |c, v| put(&mut c.work, path(v)), show: |c| text(&c.work) },
    Key { name: "inbox.archive", range: "a folder", set: |c, v| put(&mut c.archive, path(v)), show: |c| text(&c.archive) },
    Key { name: "inbox.quarantine", range: "a folder", set: |c, v| put(&mut c.quarantine, path(v)), show: |c| text(&c.quarantine) },
    Key {
        name: "inbox.after",
        range: "\"archive\", \"delete\" or \"keep\"",
        set: |c, v| {
            put(
                &mut c.after,
                match v.as_str()? {
                    "archive" => Some(After::Archive),
                    "delete" => Some(After::Delete),
                    "keep" => Some(After::Keep),
                    _ => None,
                },
            )
        },
        show: |c| {
            let word = match c.after {
                After::Archive => "archive",
                After::Delete => "delete",
                After::Keep => "keep",
            };
            Value::String(word.to_owned())
        },
    },
    Key {
        name: "inbox.settle_seconds",
        range: "0.05 to 3600",
        set: |c, v| put(&mut c.settle_seconds, number(v, 0.05, 3600.0)),
        show: |c| Value::Float(c.settle_seconds),
    },
    Key {
        name: "inbox.rescan_seconds",
        range: "0.5 to 86400",
        set: |c, v| put(&mut c.rescan_seconds, number(v, 0.5, 86400.0)),
        show: |c| Value::Float(c.rescan_seconds),
    },
    Key {
        name: "inbox.watch",
        range: "\"auto\" or \"poll\"",
        set: |c, v| {
            let watching = match v.as_str()? {
                "auto" => Some(Watching::Auto),
                "poll" => Some(Watching::Poll),
                _ => None,
            };
            put(&mut c.watching, watching)
        },
        show: |c| Value::String(if c.watching == Watching::Auto { "auto" } else { "poll" }.to_owned()),
    },
    Key {
        name: "inbox.poll_seconds",
        range: "0.1 to 3600",
        set: |c, v| put(&mut c.poll_seconds, number(v, 0.1, 3600.0)),
        show: |c| Value::Float(c.poll_seconds),
    },
    Key {
        name: "inbox.batch_files",
        range: "1 to 10000",
        set: |c, v| put(&mut c.batch_files, whole(v, 1, 10_000)),
        show: |c| Value::Integer(c.batch_files as i64),
    },
    Key {
        name: "archive.keep_days",
        range: "0 to 36500",
        set: |c, v| put(&mut c.keep_days, whole(v, 0, 36_500).map(|n| n as u32)),
        show: |c| Value::Integer(i64::from(c.keep_days)),
    },
    Key { name: "store.path", range: "a file", set: |c, v| put(&mut c.store, path(v)), show: |c| text(&c.store) },
    Key {
        name: "detect.threshold",
        range: "0.05 to 0.95",
        set: |c, v| put(&mut c.detect.threshold, number(v, 0.05, 0.95).map(|n| n as f32)),
        show: |c| Value::Float((f64::from(c.detect.threshold) * 1e4).round() / 1e4),
    },
    Key {
        name: "detect.window_days",
        range: "1 to 3660",
        set: |c, v| put(&mut c.detect.window_days, number(v, 1.0, 3660.0)),
        show: |c| Value::Float(c.detect.window_days),
    },
    Key {
        name: "detect.keep_recent",
        range: "1000 to 10000000",
        set: |c, v| put(&mut c.detect.keep_recent, whole(v, 1000, 10_000_000).map(|n| n as u32)),
        show: |c| Value::Integer(i64::from(c.detect.keep_recent)),
    },
    Key {
        name: "detect.max_live",
        range: "1000 to 10000000",
        set: |c, v| put(&mut c.detect.max_live, whole(v, 1000, 10_000_000).map(|n| n as u32)),
        show: |c| Value::Integer(i64::from(c.detect.max_live)),
    },
    Key {
        name: "detect.weights",
        range: "\"\", or a file that `wirefold train` wrote",
        set: |c, v| {
            c.weights = Some(v.as_str()?).filter(|s| !s.is_empty()).map(PathBuf::from);
            put(&mut c.detect.model, weights(c.weights.as_deref()))
        },
        show: |c| c.weights.as_deref().map_or(Value::String(String::new()), text),
    },
    Key {
        name: "sources.file",
        range: "\"\", or a file such as config/sources.toml",
        set: |c, v| {
            c.sources_file = Some(v.as_str()?).filter(|s| !s.is_empty()).map(PathBuf::from);
            Some(())
        },
        show: |c| c.sources_file.as_deref().map_or(Value::String(String::new()), text),
    },
    Key {
        name: "limits.file_bytes",
        range: "1024 to 1099511627776",
        set: |c, v| put(&mut c.limits.file_bytes, whole(v, 1024, MANY).map(|n| n as u64)),
        show: |c| Value::Integer(c.limits.file_bytes as i64),
    },
    Key {
        name: "limits.decoded_bytes",
        range: "1024 to 1099511627776",
        set: |c, v| put(&mut c.limits.decoded_bytes, whole(v, 1024, MANY)),
        show: |c| Value::Integer(c.limits.decoded_bytes as i64),
    },
    Key {
        name: "limits.ratio",
        range: "2 to 100000",
        set: |c, v| put(&mut c.limits.ratio, whole(v, 2, 100_000)),
        show: |c| Value::Integer(c.limits.ratio as i64),
    },
    Key {
        name: "limits.text_bytes",
        range: "1024 to 1099511627776",
        set: |c, v| put(&mut c.limits.text_bytes, whole(v, 1024, MANY)),
        show: |c| Value::Integer(c.limits.text_bytes as i64),
    },
    Key {
        name: "limits.title_bytes",
        range: "64 to 1048576",
        set: |c, v| put(&mut c.limits.title_bytes, whole(v, 64, 1 << 20)),
        show: |c| Value::Integer(c.limits.title_bytes as i64),
    },
    Key {
        name: "limits.articles",
        range: "1 to 10000000",
        set: |c, v| put(&mut c.limits.articles, whole(v, 1, 10_000_000)),
        show: |c| Value::Integer(c.limits.articles as i64),
    },
    Key {
        name: "limits.json_depth",
        range: "4 to 120",
        set: |c, v| put(&mut c.limits.json_depth, whole(v, 4, 120)),
        show: |c| Value::Integer(c.limits.json_depth as i64),
    },
    Key {
        name: "limits.html_depth",
        range: "16 to 4096",
        set: |c, v| put(&mut c.limits.html_depth, whole(v, 16, 4096)),
        show: |c| Value::Integer(c.limits.html_depth as i64),
    },
    Key {
        name: "limits.html_attributes",
        range: "8 to 4096",
        set: |c, v| put(&mut c.limits.html_attributes, whole(v, 8, 4096)),
        show: |c| Value::Integer(c.limits.html_attributes as i64),
    },
    Key {
        name: "limits.xml_depth",
        range: "8 to 1024",
        set: |c, v| put(&mut c.limits.xml_depth, whole(v, 8, 1024)),
        show: |c| Value::Integer(c.limits.xml_depth as i64),
    },
    Key {
        name: "limits.xml_attributes",
        range: "8 to 4096",
        set: |c, v| put(&mut c.limits.xml_attributes, whole(v, 8, 4096)),
        show: |c| Value::Integer(c.limits.xml_attributes as i64),
    },
    Key {
        name: "limits.members",
        range: "1 to 65535",
        set: |c, v| put(&mut c.limits.members, whole(v, 1, 65_535)),
        show: |c| Value::Integer(c.limits.members as i64),
    },
    Key {
        name: "limits.parse_seconds",
        range: "0.1 to 3600",
        set: |c, v| put(&mut c.limits.parse_time, number(v, 0.1, 3600.0).map(Duration::from_secs_f64)),
        show: |c| Value::Float(c.limits.parse_time.as_secs_f64()),
    },
    Key {
        name: "limits.parse_memory_mb",
        range: "64 to 1048576",
        set: |c, v| put(&mut c.limits.parse_memory_mb, whole(v, 64, 1 << 20).map(|n| n as u64)),
        show: |c| Value::Integer(c.limits.parse_memory_mb as i64),
    },
    Key {
        name: "web.enabled",
        range: "true or false",
        set: |c, v| put(&mut c.web.enabled, v.as_bool()),
        show: |c| Value::Boolean(c.web.enabled),
    },
    Key {
        name: "web.listen",
        range: "an address of this machine alone with a port, such as \"127.0.0.1:7311\" or \"[::1]:7311\"",
        set: |c, v| put(&mut c.web.listen, Web::address(v.as_str()?)),
        show: |c| Value::String(c.web.listen.to_string()),
    },
    Key {
        name: "web.hosts",
        range: "a list of host names, such as [\"news.example.org\"]",
        set: |c, v| put(&mut c.web.hosts, hosts(v)),
        show: |c| Value::Array(c.web.hosts.iter().cloned().map(Value::String).collect()),
    },
    Key { name: "web.post", range: "true or false", set: |c, v| put(&mut c.web.post, v.as_bool()), show: |c| Value::Boolean(c.web.post) },
    Key { name: "web.edit", range: "true or false", set: |c, v| put(&mut c.web.edit, v.as_bool()), show: |c| Value::Boolean(c.web.edit) },
    Key {
        name: "health.listen",
        range: "\"auto\", \"\", \"unix:PATH\", or an address of this machine alone with a port, such as \"127.0.0.1:7312\"",
        set: |c, v| put(&mut c.health, HealthAt::read(v.as_str()?)),
        show: |c| Value::String(c.health.show()),
    },
    Key {
        name: "log.level",
        range: "\"error\", \"warn\", \"info\" or \"debug\"",
        set: |c, v| {
            let word = v.as_str().filter(|word| ["error", "warn", "info", "debug"].contains(word))?;
            put(&mut c.log_level, word.parse().ok())
        },
        show: |c| Value::String(c.log_level.to_string()),
    },
    Key {
        name: "log.format",
        range: "\"text\" or \"json\"",
        set: |c, v| {
            let json = match v.as_str()? {
                "text" => Some(false),
                "json" => Some(true),
                _ => None,
            };
            put(&mut c.log_json, json)
        },
        show: |c| Value::String(if c.log_json { "json" } else { "text" }.to_owned()),
    },
];

impl Config {
    /// Reads a configuration; keys that are not in it keep their defaults.
    ///
    /// # Errors
    /// Every key that is unknown or out of range, with its value and the range, and every mistake in the file of sources, all at once.
    pub fn parse(toml: &str) -> Result<Self, Vec<String>> {
        let table: toml::Table =
            toml.parse().map_err(|e: toml::de::Error| vec![format!("not valid TOML: {}", e.to_string().trim_end())])?;
        let mut config = Self::default();
        let mut errors = Vec::new();
        for (section, value) in &table {
            if section == WEBHOOKS {
                target::read(value).map_or_else(|mistakes| errors.extend(mistakes), |targets| config.webhooks = targets);
                continue;
            }
            let Value::Table(keys) = value else {
                errors.push(format!("unknown key `{section}`{}", suggest(section)));
                continue;
            };
            for (key, value) in keys {
                let name = format!("{section}.{key}");
                match KEYS.iter().find(|k| k.name == name) {
                    None => errors.push(format!("unknown key `{name}`{}", suggest(&name))),
                    Some(k) if (k.set)(&mut config, value).is_none() => {
                        errors.push(format!("`{name}` = {value} is out of range: expected {}", k.range))
                    }
                    Some(_) => {}
                }
            }
        }
        match config.sources_file.as_deref().map(Sources::load) {
            Some(Ok(sources)) => config.sources = sources,
            Some(Err(mistakes)) => errors.extend(mistakes.into_iter().map(|m| format!("`sources.file`: {m}"))),
            None => {}
        }
        let Self { webhooks, sources, .. } = &mut config;
        for source in webhooks.iter_mut().filter_map(|t| t.filter.source.as_mut()) {
            // The filter knows a source by the name that is shown.
            sources.named(source, None, None).into_iter().for_each(|known| source.clone_from(&known.name));
        }
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// Reads the configuration from a file.
    ///
    /// # Errors
    /// If the file cannot be read, and as [`Config::parse`]; each message names the file.
    pub fn load(file: &Path) -> Result<Self, Vec<String>> {
        let named = |e: &dyn std::fmt::Display| format!("{}: {e}", file.display());
        let toml = std::fs::read_to_string(file).map_err(|e| vec![named(&e)])?;
        Self::parse(&toml).map_err(|errors| errors.iter().map(|e| named(e)).collect())
    }

    /// The effective configuration as TOML, but for the webhooks: see [`target::to_toml`].
    pub fn to_toml(&self) -> String {
        let mut sections: Vec<(&str, String)> = Vec::new();
        for key in KEYS {
            let (section, name) = key.name.split_once('.').unwrap_or(("", key.name));
            if sections.last().is_none_or(|(s, _)| *s != section) {
                sections.push((section, String::new()));
            }
            if let Some((_, body)) = sections.last_mut() {
                body.push_str(&format!("{name} = {}\n", (key.show)(self)));
            }
        }
        sections.iter().map(|(section, body)| format!("[{section}]\n{body}")).collect::<Vec<_>>().join("\n")
    }

    /// Names of all keys, as `section.key`.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|k| k.name)
    }
}

/// The key that was probably meant.
fn suggest(unknown: &str) -> String {
    let last = unknown.rsplit('.').next().unwrap_or(unknown);
    let near = KEYS.iter().map(|k| k.name).filter(|name| name.ends_with(&format!(".{last}")) || similar_enough(name, unknown));
    near.min_by_key(|name| name.len().abs_diff(unknown.len())).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

fn similar_enough(a: &str, b: &str) -> bool {
    similar::TextDiff::from_chars(a, b).ratio() > 0.8
}
