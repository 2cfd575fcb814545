//! Names that say more than who publishes: `Reuters: Top News`, `World | The Guardian`, `Agence France-Presse (AFP)`.

use super::{Kind, Source, Sources};

/// What stands between the name of an outlet and that of a section.
const SEPARATORS: [&str; 7] = [" - ", " – ", " — ", " | ", " > ", " » ", ": "];

impl Sources {
    /// The source that publishes under this name, which may be followed or preceded by a section, or by its short name in brackets.
    /// `host` and `lang` decide as in [`Sources::named`].
    pub fn publisher(&self, name: &str, host: Option<&str>, lang: Option<&str>) -> Option<&Source> {
        let named = |part: &str| self.named(part, host, lang);
        named(name).or_else(|| self.before_bracket(name, &named)).or_else(|| self.beside_section(name, &named))
    }

    /// `Agence France-Presse (AFP)`: one source is meant within and before. In `The Times (India)` another one is.
    fn before_bracket<'s>(&'s self, name: &str, named: &impl Fn(&str) -> Option<&'s Source>) -> Option<&'s Source> {
        let (full, short) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
        let is_meant = |known: &&Source| named(short).is_some_and(|short| short.id == known.id);
        named(full).filter(is_meant)
    }

    /// What stands behind the name is a section; what stands before it is one too, unless an agency is named: that may be a credit.
    fn beside_section<'s>(&'s self, name: &str, named: &impl Fn(&str) -> Option<&'s Source>) -> Option<&'s Source> {
        let first = SEPARATORS.iter().filter_map(|separator| name.split_once(separator)).map(|(first, _)| first).min_by_key(|f| f.len())?;
        let last = SEPARATORS.iter().filter_map(|separator| name.rsplit_once(separator)).map(|(_, last)| last).min_by_key(|l| l.len())?;
        match (named(first), named(last)) {
            (Some(first), Some(last)) => (first.id == last.id).then_some(first),
            (Some(first), None) => Some(first),
            (None, last) => last.filter(|last| last.kind != Some(Kind::Agency)),
        }
    }

    /// Whether the outlet at `host` published what has another name in its metadata: the title of a feed or a page may be a section or a
    /// slogan. What one passes on is another's, and so may be what stands there in another language than it publishes in.
    pub fn publishes_at(&self, host: &str, lang: &str) -> bool {
        self.at_host(host).is_some_and(|known| match known.kind {
            Some(Kind::Aggregator) => false,
            Some(Kind::Agency) => true,
            _ => known.language.as_deref().is_none_or(|own| own == lang),
        })
    }
}
