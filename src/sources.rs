//! Who publishes: outlets and agencies with their names, hosts, time zones and the lines that are no part of their articles.
//!
//! `config/sources.toml` ships inside the program; a file of the user's adds to it. Names are compared by [`key`]; an outlet that
//! merely shares a word or the end of a host with another is another outlet.

mod file;
mod pattern;
mod section;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::article::{Article, SourceStep};
use crate::text::fold::{fold_char, is_alphanumeric};
pub use pattern::{Pattern, Patterns};

/// The file that ships with the program.
const SHIPPED: &str = include_str!("../config/sources.toml");

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sells its texts to others, who credit it.
    Agency,
    /// Newspaper, in print or not.
    Newspaper,
    /// Radio or television.
    Broadcaster,
    /// Passes on what others publish.
    Aggregator,
    /// An authority.
    Government,
}

/// One outlet or agency.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its id: letters a-z, digits and `-`.
    pub id: String,
    /// The name that is shown.
    pub name: String,
    /// Other names, in any script.
    pub aliases: Vec<String>,
    /// Names that other sources go by too: they mean this one only at one of its hosts, or above a text in its language where their owner
    /// publishes in another.
    pub shared_names: Vec<String>,
    /// How others name it where they credit it.
    pub credits: Vec<String>,
    /// Hosts of its addresses, without `www.`.
    pub hosts: Vec<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// Primary BCP 47 subtag of the language it publishes most in.
    pub language: Option<String>,
    /// IANA name and rules of the zone in which its dates without an offset are read.
    pub zone: Option<(String, TimeZone)>,
    /// What it is.
    pub kind: Option<Kind>,
    /// What a line begins with that only its articles have.
    pub signatures: Vec<String>,
    /// Lines that are no part of its articles.
    pub boilerplate: Patterns,
}

/// All known sources.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sources {
    all: Vec<Source>,
    by_name: FxHashMap<String, usize>,
    by_shared_name: FxHashMap<String, Vec<usize>>,
    /// First words of their keys.
    begin_name: FxHashSet<String>,
    /// Bytes of the longest key of a name: a longer text is none.
    longest_name: usize,
    by_credit: FxHashMap<String, usize>,
    /// First words of credits: few words of a text are one, and only from these on is more looked at.
    begin_credit: FxHashSet<String>,
    by_host: FxHashMap<String, usize>,
    /// Keys of signatures.
    signatures: Vec<(String, usize)>,
    /// Boilerplate whoever publishes it.
    any: Patterns,
    /// The files that were added to the shipped one, so that another process can come to know the same.
    added: Vec<String>,
}

impl Sources {
    /// The sources that ship with the program.
    pub fn shipped() -> &'static Arc<Sources> {
        static READ: LazyLock<Arc<Sources>> = LazyLock::new(|| {
            let shipped = Sources::default().extended(SHIPPED).expect("a test reads the shipped file");
            Arc::new(Sources { added: Vec::new(), ..shipped })
        });
        &READ
    }

    /// The shipped sources with those of a file of the user's.
    ///
    /// # Errors
    /// If the file cannot be read, and as [`Sources::extended`]; each message names the file.
    pub fn load(file: &Path) -> Result<Arc<Sources>, Vec<String>> {
        let named = |e: &dyn std::fmt::Display| format!("{}: {e}", file.display());
        let toml = std::fs::read_to_string(file).map_err(|e| vec![named(&e)])?;
        let extended = Self::shipped().extended(&toml).map_err(|errors| errors.iter().map(|e| named(e)).collect::<Vec<_>>())?;
        Ok(Arc::new(extended))
    }

    /// These sources with those of `toml`: an entry replaces the one with its id.
    ///
    /// # Errors
    /// All mistakes at once, each with the entry, the key, the value and what is allowed.
    pub fn extended(&self, toml: &str) -> Result<Sources, Vec<String>> {
        let (entries, any) = file::read(toml)?;
        let mut all = self.all.clone();
        for entry in entries {
            match all.iter_mut().find(|s| s.id == entry.id) {
                Some(known) => *known = entry,
                None => all.push(entry),
            }
        }
        let added = [&self.added[..], &[toml.to_owned()]].concat();
        Ok(Sources { added, ..Self::indexed(all, [self.any.all(), &any].concat())? })
    }

    /// The content of the files that were added to the shipped sources, in order: [`Sources::extended`] by each of them makes these again.
    pub fn added(&self) -> &[String] {
        &self.added
    }

    fn indexed(all: Vec<Source>, any: Vec<Pattern>) -> Result<Sources, Vec<String>> {
        let mut sources = Sources { any: Patterns::new(any), ..Sources::default() };
        let mut errors = Vec::new();
        for (at, source) in all.iter().enumerate() {
            let mut claim = |index: &mut FxHashMap<String, usize>, what: &str, written: &str, key: String| {
                let owner = *index.entry(key).or_insert(at);
                if owner != at {
                    let (id, other) = (&source.id, &all[owner].id);
                    errors.push(format!(
                        "source \"{id}\": {what} = \"{written}\" is that of \"{other}\" already: expected one that is its own"
                    ));
                }
            };
            claim(&mut sources.by_name, "id", &source.id, key(&source.id));
            claim(&mut sources.by_name, "name", &source.name, key(&source.name));
            source.aliases.iter().for_each(|name| claim(&mut sources.by_name, "aliases", name, key(name)));
            source.shared_names.iter().for_each(|name| sources.by_shared_name.entry(key(name)).or_default().push(at));
            let names = [&source.id, &source.name].into_iter().chain(&source.aliases).chain(&source.shared_names);
            sources.longest_name = names.map(|name| key(name).len()).fold(sources.longest_name, usize::max);
            source.hosts.iter().for_each(|host| claim(&mut sources.by_host, "hosts", host, host.clone()));
            source.credits.iter().for_each(|mark| claim(&mut sources.by_credit, "credits", mark, key(mark)));
            sources.signatures.extend(source.signatures.iter().map(|line| (key(line), at)));
        }
        sources.begin_name = sources.by_name.keys().map(|name| first_word(name)).collect();
        sources.begin_credit = sources.by_credit.keys().filter_map(|credit| credit.split(' ').next()).map(str::to_owned).collect();
        sources.all = all;
        if errors.is_empty() { Ok(sources) } else { Err(errors) }
    }

    /// All sources, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.all.iter()
    }

    /// The source that goes by this name, written in any of its ways or as a host.
    ///
    /// Where several sources share the name, `host`, that of the article's address, decides; else `lang`, the article's language, if the
    /// one that owns the name publishes in another: a broadcaster's name above an Arabic text means its Arabic desk.
    pub fn named(&self, name: &str, host: Option<&str>, lang: Option<&str>) -> Option<&Source> {
        let Some(wanted) = key_within(name, self.longest_name) else { return self.at_host(host_in(name)?.as_str()) };
        let sharing = self.by_shared_name.get(&wanted).map_or(&[][..], Vec::as_slice).iter().map(|&at| &self.all[at]);
        if let Some(at_home) = host.and_then(|h| self.at_host(h)).filter(|home| sharing.clone().any(|s| s.id == home.id)) {
            return Some(at_home);
        }
        let Some(owner) = self.by_name.get(&wanted).map(|&at| &self.all[at]) else { return self.at_host(host_in(name)?.as_str()) };
        if lang.is_none_or(|lang| owner.language.as_deref().is_none_or(|own| own == lang)) {
            return Some(owner);
        }
        let mut desks = sharing.filter(|s| s.language.as_deref() == lang);
        match (desks.next(), desks.next()) {
            (Some(desk), None) => Some(desk),
            _ => Some(owner),
        }
    }

    /// Every source that this name may mean, written in any of its ways or as a host: of a shared name, all that share it.
    pub fn meant_by(&self, name: &str) -> Vec<&Source> {
        let Some(wanted) = key_within(name, self.longest_name) else {
            return host_in(name).and_then(|h| self.at_host(&h)).into_iter().collect();
        };
        let sharing = self.by_shared_name.get(&wanted).into_iter().flatten().map(|&at| &self.all[at]);
        self.named(name, None, None).into_iter().chain(sharing).collect()
    }

    /// Gives a stored article the name that its source has by now: it may have become known since, or be known no more.
    pub fn name_again(&self, article: &mut Article) {
        let found = article.source_found.take().unwrap_or_else(|| article.source.clone());
        let host = article.url.as_deref().and_then(host_of);
        let mut known = self.publisher(&found, host.as_deref(), Some(&article.lang));
        let mut found = found;
        let by_host = |host: &String| article.source_step == SourceStep::Metadata && self.publishes_at(host, &article.lang);
        if let (None, Some(host)) = (known, host.filter(by_host)) {
            known = self.at_host(&host);
            (found, article.source_step) = (host, SourceStep::Host);
        }
        article.source = known.map_or_else(|| found.clone(), |known| known.name.clone());
        article.source_found = Some(found).filter(|found| *found != article.source);
    }

    /// The source whose host this is.
    pub fn at_host(&self, host: &str) -> Option<&Source> {
        self.by_host.get(bare_host(host)).map(|&at| &self.all[at])
    }

    /// Whether a text may begin with the name of a source, or its host: seen by its first word.
    pub fn may_begin_name(&self, text: &str) -> bool {
        let token = text.split_whitespace().next().unwrap_or_default();
        self.begin_name.contains(first_word(text).as_str()) || token.contains('.') || text.contains("://")
    }

    /// The source that these words, folded and with one space between each two, credit.
    pub fn credited(&self, words: &str) -> Option<&Source> {
        self.by_credit.get(words).map(|&at| &self.all[at])
    }

    /// Whether a credit begins with this word, folded.
    pub fn begins_credit(&self, word: &str) -> bool {
        self.begin_credit.contains(word)
    }

    /// The source that a line of the text is the signature of.
    pub fn signed(&self, text: &str) -> Option<&Source> {
        let lines: Vec<String> = text.lines().map(key).collect();
        let is_of =
            |signature: &str| lines.iter().any(|l| l.strip_prefix(signature).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
        self.signatures.iter().find(|(signature, _)| is_of(signature)).map(|(_, at)| &self.all[*at])
    }

    /// Whether this line is boilerplate of `source`, or whoever publishes it.
    pub fn is_boilerplate(&self, line: &str, source: Option<&Source>) -> bool {
        let outline = pattern::Outline::of(line);
        let of_source = source.into_iter().flat_map(|s| s.boilerplate.likely(&outline));
        let mut likely = self.any.likely(&outline).chain(of_source).peekable();
        likely.peek().is_some() && pattern::folded_line(line).is_some_and(|folded| likely.any(|p| p.matches(&folded)))
    }
}

/// What names are compared by: letters and digits folded, with one space for everything between.
pub fn key(name: &str) -> String {
    key_within(name, usize::MAX).unwrap_or_default()
}

/// As [`key`]; `None` if it is longer than `most` bytes, without reading on.
fn key_within(name: &str, most: usize) -> Option<String> {
    let mut key = String::with_capacity(name.len().min(most));
    for c in name.chars() {
        fold_char(c, |folded| match is_alphanumeric(folded) {
            true => key.push(folded),
            false if key.is_empty() || key.as_bytes().last() == Some(&b' ') => {}
            false => key.push(' '),
        });
        if key.len() > most.saturating_add(1) {
            return None;
        }
    }
    key.truncate(key.trim_end().len());
    (key.len() <= most).then_some(key)
}

/// The first word of the [`key`] of a text.
pub fn first_word(text: &str) -> String {
    let mut key = String::new();
    for c in text.chars() {
        fold_char(c, |folded| {
            if is_alphanumeric(folded) && key.as_bytes().last() != Some(&b' ') {
                key.push(folded);
            } else if !key.is_empty() && key.as_bytes().last() != Some(&b' ') {
                key.push(' ');
            }
        });
        if key.as_bytes().last() == Some(&b' ') {
            key.pop();
            break;
        }
    }
    key
}

/// The host of an address, in lower case and without `www.`.
pub fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = bare_host(&host);
    host.contains('.').then(|| host.to_owned())
}

/// The host that a name is, such as `www.news.example` or `https://news.example/`.
fn host_in(name: &str) -> Option<String> {
    let name = name.trim();
    if name.contains("://") {
        return host_of(name);
    }
    if name.contains(char::is_whitespace) || !name.contains('.') { None } else { host_of(&format!("http://{name}")) }
}

/// Prefixes of hosts that show the same pages to other devices.
const DEVICES: [&str; 4] = ["www.", "m.", "amp.", "mobile."];

fn bare_host(host: &str) -> &str {
    DEVICES.iter().find_map(|prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.'))).unwrap_or(host)
}
