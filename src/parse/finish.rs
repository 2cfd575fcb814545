//! From what a format gave to an article: source and date by their chains, language, limits.

use super::believe::{Zone, believe};
use super::date::{self, Dated};
use super::decode::{is_encoded_twice, plain};
use super::draft::{Draft, Origin};
use super::{FileHints, Limits, amendment, aside, credits, dateline, site};
use crate::article::{Amendment, Article, Aside, DateStep, Published, SourceStep};
use crate::inbox::SIDECAR_BYTES;
use crate::sources::{Source, Sources, host_of};
use crate::takes::bare_kill;
use crate::text::language;
use crate::text::vietnamese::is_vietnamese;

/// Bytes of the longest title that is looked at as a dateline.
const LONGEST_DATELINE: usize = 120;

/// Bytes of the longest name of an outlet that is looked for in place of a headline.
const LONGEST_OUTLET: usize = 60;

/// What finishing needs to know about the file.
pub struct Finisher<'a> {
    hints: &'a FileHints<'a>,
    limits: &'a Limits,
    /// What the sidecar of the file says, or why it says nothing.
    beside: Result<Draft, String>,
}

/// What stands between the days of two calendars in Arabic.
const TWO_CALENDARS: &str = "الموافق";

impl<'a> Finisher<'a> {
    /// Reads the sidecar, if there is one. It says something about the file's only article, or about the source of all of them.
    pub fn new(hints: &'a FileHints<'a>, limits: &'a Limits, articles: usize) -> Self {
        let beside = hints.sidecar.map_or_else(|| Ok(Draft::default()), |bytes| beside(bytes, articles));
        Self { hints, limits, beside }
    }

    /// The article, or why there is none.
    pub fn finish(&self, mut draft: Draft, position: u32) -> Result<Article, String> {
        let mut notes = std::mem::take(&mut draft.notes);
        let own = draft.sidecar.take();
        let nothing = Draft::default();
        let beside = own.as_deref().unwrap_or(&self.beside).as_ref().unwrap_or_else(|fault| {
            notes.push(format!("the .meta.json file beside it: {fault}: not used"));
            &nothing
        });
        let title = draft.title.take().or_else(|| beside.title.clone());
        let title = self.title(title.unwrap_or_default(), &mut notes);
        let text = trimmed(plain(draft.text.take().unwrap_or_default().into()));
        let (title, text) = match self.below_outlet(&title, &text).filter(|_| !draft.is_page) {
            Some((headline, text)) => (self.title(headline.to_owned(), &mut notes), text),
            None => (title, text),
        };
        // Few titles have what closes a dateline, or name a day in two calendars.
        let may_be_dateline =
            title.len() <= LONGEST_DATELINE && (title.contains(['/', '-', '–', '(', ':']) || title.contains(TWO_CALENDARS));
        let (title, text) = if may_be_dateline && credits::is_dateline(&title, self.hints.sources) && !text.is_empty() {
            (String::new(), format!("{title}\n{text}"))
        } else {
            (title, text)
        };
        let is_empty = title.is_empty() && text.is_empty();
        let title = if is_empty { self.title(withdrawn(&draft, beside).ok_or("no title and no text")?, &mut notes) } else { title };
        if text.len() > self.limits.text_bytes {
            return Err(format!("text of {} bytes is longer than limits.text_bytes = {}", text.len(), self.limits.text_bytes));
        }
        if is_encoded_twice(&text) {
            notes.push("the text looks like UTF-8 that was encoded twice, and something of it was lost: it cannot be read back".to_owned());
        }
        let lang = language(&draft, beside, &title, &text);
        // The whole tag: English of the United States writes dates in an order of its own.
        let tag = draft.lang.as_deref().or(beside.lang.as_deref()).map_or_else(|| lang.clone(), |tag| tag.trim().replace('_', "-"));
        labels_from(beside, &mut draft);
        let (found, source_step) = self.source(&draft, beside, &text, &lang);
        let known = self.hints.sources.publisher(&found, draft.url.as_deref().and_then(host_of).as_deref(), Some(&lang));
        let source = known.map_or_else(|| found.clone(), |known| known.name.clone());
        let title = headline(title, draft.is_page, self.hints.sources, (&found, known), &lang);
        let lines = credits::lines(&text);
        let (credits, credited) = credits::find(&lines, &draft, self.hints.sources, known);
        let asides = aside::of(&text, &lines, credited, draft.byline.as_deref(), self.hints.sources, known);
        let published = self.published(&draft, beside, known, &title, (&text, &asides), &dated_as(tag, known), &mut notes);
        let mut article = Article {
            position,
            sender_id: None,
            source_found: Some(found).filter(|found| *found != source),
            source,
            source_step,
            credits,
            amendment: amendment::of(&title, &text, &draft),
            asides,
            title,
            text,
            published,
            lang,
            url: None,
            byline: None,
            category: None,
            version: None,
            pubstatus: None,
            notes,
            extra: serde_json::Map::new(),
        };
        draft.labels_into(&mut article);
        Ok(article)
    }

    /// One line, at most as long as the limit.
    fn title(&self, title: String, notes: &mut Vec<String>) -> String {
        let mut title = plain(title.into()).split_whitespace().collect::<Vec<_>>().join(" ");
        if title.len() > self.limits.title_bytes {
            let end = (0..=self.limits.title_bytes).rev().find(|&i| title.is_char_boundary(i)).unwrap_or(0);
            notes.push(format!("title of {} bytes was cut to limits.title_bytes = {}", title.len(), self.limits.title_bytes));
            title.truncate(end);
        }
        title
    }

    /// The headline below the name of a known outlet that stands alone above it, and the text with that name in its place.
    fn below_outlet<'t>(&self, title: &str, text: &'t str) -> Option<(&'t str, String)> {
        let (headline, rest) = text.split_once("\n\n").map(|(headline, rest)| (headline.trim(), rest.trim()))?;
        let is_headline =
            !headline.contains('\n') && headline.len() <= LONGEST_DATELINE && !headline.ends_with(['.', ':', ',', '،', '。', '۔']);
        let has_words = headline.split_whitespace().nth(2).is_some() && !rest.is_empty();
        let is_outlet = || title.len() <= LONGEST_OUTLET && self.hints.sources.named(title, None, None).is_some();
        (is_headline && has_words && is_outlet() && date::read_line(headline, "").is_none())
            .then(|| (headline, format!("{title}\n\n{rest}")))
    }

    /// The name of the source as it was found, and the step that found it. A name in metadata that no known outlet has gives way to the
    /// host of one.
    fn source(&self, draft: &Draft, beside: &Draft, text: &str, lang: &str) -> (String, SourceStep) {
        let own = match draft.origin {
            Origin::Given => SourceStep::Given,
            Origin::Metadata => SourceStep::Metadata,
        };
        let sources = self.hints.sources;
        let host = draft.url.as_deref().and_then(host_of);
        let known_host = |host: &Option<String>| host.clone().filter(|host| sources.publishes_at(host, lang));
        let at_home = known_host(&host);
        let list_at_home = at_home.clone().or_else(|| known_host(&draft.list_url.as_deref().and_then(host_of)));
        // Plain text may come from an outlet that left the lines of a wire in it.
        let is_of_wire = draft.origin == Origin::Metadata;
        let service = draft.service.as_deref().filter(|service| is_of_wire && sources.named(service, None, None).is_some());
        [
            (draft.source.as_deref(), own, at_home),
            (draft.list_source.as_deref(), SourceStep::Metadata, list_at_home),
            (service, SourceStep::Metadata, None),
            (beside.source.as_deref(), SourceStep::Sidecar, None),
            (self.hints.folder, SourceStep::Folder, None),
            (host.as_deref(), SourceStep::Host, None),
        ]
        .into_iter()
        .find_map(|(name, step, home)| {
            let name = name?.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_known = || sources.publisher(&name, host.as_deref(), Some(lang)).is_some();
            match home {
                _ if name.is_empty() => None,
                Some(home) if step == SourceStep::Metadata && !is_known() => Some((home, SourceStep::Host)),
                _ => Some((name, step)),
            }
        })
        .or_else(|| sources.signed(text).map(|s| (s.name.clone(), SourceStep::Signature)))
        .or_else(|| draft.service.clone().map(|service| (service, SourceStep::Metadata)))
        .unwrap_or(("unknown".to_owned(), SourceStep::Unknown))
    }

    #[allow(clippy::too_many_arguments)]
    fn published(
        &self,
        draft: &Draft,
        beside: &Draft,
        source: Option<&Source>,
        title: &str,
        (text, asides): (&str, &[Aside]),
        lang: &str,
        notes: &mut Vec<String>,
    ) -> Option<Published> {
        let zone = source.and_then(|s| s.zone.as_ref());
        let own = match draft.origin {
            Origin::Given => DateStep::Given,
            Origin::Metadata => DateStep::Metadata,
        };
        for (written, step) in [(&draft.published, own), (&beside.published, DateStep::Sidecar)] {
            let Some(written) = written.as_deref().filter(|w| !w.trim().is_empty()) else { continue };
            match date::read(written, lang) {
                None => notes.push(format!("date \"{written}\" could not be read: not used")),
                Some(dated) => {
                    if let Some(published) = self.believed(written, dated, zone, step, notes) {
                        return Some(published);
                    }
                }
            }
        }
        let line = dateline::find(title, text, lang).or_else(|| dateline::in_asides(text, asides, lang));
        let line = line.map(|(line, found)| (line.to_owned(), found, DateStep::Dateline));
        let in_url = || draft.url.as_deref().and_then(|url| Some((url.to_owned(), dateline::in_url(url)?, DateStep::Url)));
        let without_year = || dateline::without_year(text, asides, lang, self.hints.received);
        let without_year = || without_year().map(|(line, found)| (line.to_owned(), found, DateStep::DatelineDay));
        let (written, dated, step) = line.or_else(in_url).or_else(without_year)?;
        self.believed(&written, dated, zone, step, notes)
    }

    fn believed(&self, written: &str, dated: Dated, zone: Option<&Zone>, step: DateStep, notes: &mut Vec<String>) -> Option<Published> {
        match believe(written, dated, zone, self.hints.received) {
            Ok((at, note)) => {
                notes.extend(note);
                Some(Published { at, precision: dated.precision, step })
            }
            Err(reason) => {
                notes.push(reason);
                None
            }
        }
    }
}

/// The title without a name of the outlet that published it: wherever pages have it, or behind a dash, where aggregators put it.
fn headline(title: String, is_page: bool, sources: &Sources, (found, known): (&str, Option<&Source>), lang: &str) -> String {
    let is_known = |part: &str| known.is_some_and(|known| sources.named(part, None, Some(lang)).is_some_and(|named| named.id == known.id));
    let is_outlet = |part: &str| part.trim() == found || is_known(part);
    let bare = match is_page {
        true => site::without(&title, is_outlet),
        false => {
            [" - ", " | "].iter().find_map(|dash| title.rsplit_once(dash).filter(|(_, name)| is_outlet(name))).map(|(rest, _)| rest.trim())
        }
    };
    bare.filter(|bare| !bare.is_empty()).map(str::to_owned).unwrap_or(title)
}

/// What a sidecar says of the only article, or of all of `articles`; or why it says nothing.
pub fn beside(bytes: &[u8], articles: usize) -> Result<Draft, String> {
    if bytes.len() as u64 > SIDECAR_BYTES {
        return Err(format!("longer than {SIDECAR_BYTES} bytes"));
    }
    let text = String::from_utf8_lossy(bytes);
    let items = super::json::read(text.trim_start_matches('\u{feff}'), &Limits::default());
    let whole = items.into_iter().next().map_or_else(|| Ok(Draft::default()), |(_, draft)| draft)?;
    let of_all = |d: Draft| Draft { source: d.source, lang: d.lang, published: d.published, ..Draft::default() };
    Ok(if articles > 1 { of_all(whole) } else { whole })
}

fn labels_from(beside: &Draft, draft: &mut Draft) {
    let from = |own: &mut Option<String>, beside: &Option<String>| *own = own.take().or_else(|| beside.clone());
    from(&mut draft.url, &beside.url);
    from(&mut draft.id, &beside.id);
    from(&mut draft.byline, &beside.byline);
    from(&mut draft.category, &beside.category);
    from(&mut draft.version, &beside.version);
    from(&mut draft.pubstatus, &beside.pubstatus);
}

/// The headline of a kill that says nothing but what it withdraws, by its id or address.
fn withdrawn(draft: &Draft, beside: &Draft) -> Option<String> {
    let label = [&draft.id, &beside.id, &draft.url, &beside.url].into_iter().flatten().find(|label| !label.trim().is_empty())?;
    let status = draft.pubstatus.as_ref().or(beside.pubstatus.as_ref()).cloned();
    let said = Draft { pubstatus: status, extra: draft.extra.clone(), ..Draft::default() };
    (amendment::of("", "", &said) == Some(Amendment::Kill)).then(|| bare_kill(label))
}

/// The tag by which dates are read: the country of the source decides the order of day and month where the tag names none.
fn dated_as(tag: String, source: Option<&Source>) -> String {
    match source.and_then(|source| source.country.as_deref()) {
        Some(country) if !tag.contains('-') => format!("{tag}-{country}"),
        _ => tag,
    }
}

/// `text` without white space around it; not copied if there is none.
fn trimmed(text: String) -> String {
    let within = text.trim();
    if within.len() == text.len() { text } else { within.to_owned() }
}

/// The language that the sender names, or else the one that is found; Vietnamese even where another is named, as the templates of sites
/// do: its words are compared with their marks, and a copy under another tag must have the same words.
fn language(draft: &Draft, beside: &Draft, title: &str, text: &str) -> String {
    if is_vietnamese(text) {
        return "vi".to_owned();
    }
    let given = draft.lang.as_deref().or(beside.lang.as_deref());
    given.and_then(primary_subtag).unwrap_or_else(|| language::detect_article(title, text).to_owned())
}

/// `ar` for `ar-EG`, `AR_eg` and `ara`; `None` for what is no language tag.
fn primary_subtag(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    let is_tag = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    is_tag.then(|| language::tag_of_code(&primary).map_or(primary, str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_hosts() {
        assert_eq!(primary_subtag("ar-EG").as_deref(), Some("ar"));
        assert_eq!(primary_subtag("Arabic"), None);
        assert_eq!((primary_subtag("ara").as_deref(), primary_subtag("ckb").as_deref()), (Some("ar"), Some("ckb")));
        assert_eq!(host_of("https://user@www.News.example:8080/a").as_deref(), Some("news.example"));
        assert_eq!(host_of("not an address"), None);
    }
}
