//! The articles that newcomers are compared with, and what was measured between them.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use thin_vec::ThinVec;

use super::passages::Overlap;
use super::stories::Standing;
use super::weights::TermNo;
use super::words::Words;
use crate::article::{ArticleId, DateStep, Precision, Published};
use crate::text::places::Named;

/// A time for comparing: hours since 1970, with the length of the interval that the precision leaves open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct When {
    /// Begin, in hours.
    pub from: f64,
    /// 24 where only the day is known, else 0. A short number, so that a time that may be missing takes two words of memory.
    pub span: f32,
}

/// Hours since 1970.
pub fn hours(at: Timestamp) -> f64 {
    at.as_microsecond() as f64 / 3.6e9
}

impl When {
    /// The time of a publication known to this precision.
    pub fn of(at: Timestamp, precision: Precision) -> Self {
        Self { from: hours(at), span: if precision == Precision::Day { 24.0 } else { 0.0 } }
    }

    /// The time of a publication as its sender states it; `None` for a date that was only found in the text or the address.
    pub fn stated(published: &Published) -> Option<Self> {
        let found = matches!(published.step, DateStep::Dateline | DateStep::DatelineDay | DateStep::Url);
        (!found).then(|| Self::of(published.at, published.precision))
    }

    /// Whether an article with this date is apart from those without any. A day without its year is known of some copies of a text only: of those whose
    /// outlet left the dateline on.
    pub fn parts(published: &Published) -> bool {
        published.step != DateStep::DatelineDay
    }

    /// Hours between two times; 0 where they may be the same.
    pub fn gap(&self, other: &When) -> f32 {
        (self.from - other.end()).max(other.from - self.end()).max(0.0) as f32
    }

    /// End, in hours.
    pub fn end(&self) -> f64 {
        self.from + f64::from(self.span)
    }
}

/// A term of a live article.
#[derive(Debug, Clone, Copy)]
pub struct LiveTerm {
    /// Its number in the counts.
    pub no: TermNo,
    /// Occurrences, the title counted twice.
    pub count: u8,
    /// Occurrences in title and lead.
    pub lead: u8,
    /// Whether it is in the title.
    pub title: bool,
}

/// What two articles share word for word, seen from the later one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CopyLink {
    /// Order number of the other article.
    pub other: u32,
    /// Share of the shorter text.
    pub shorter: f32,
    /// Share of this article's text.
    pub of_this: f32,
    /// Share of the other's text.
    pub of_other: f32,
    /// Words in the longest run.
    pub longest: u32,
    /// Words in runs of eight and more.
    pub in_passages: u32,
}

impl CopyLink {
    /// The link as the other article sees it.
    pub fn seen_from(&self, this: u32) -> Self {
        Self { other: this, of_this: self.of_other, of_other: self.of_this, ..*self }
    }

    /// Sums up an overlap whose first text is this article.
    pub fn of(other: u32, overlap: &Overlap) -> Self {
        Self {
            other,
            shorter: overlap.shorter,
            of_this: overlap.of_a,
            of_other: overlap.of_b,
            longest: overlap.longest,
            in_passages: overlap.in_passages,
        }
    }
}

/// Writes links as lists of what their fields hold.
///
/// # Errors
/// If the serializer fails.
pub fn without_names<S: Serializer>(links: &[CopyLink], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(links.iter().map(|c| (c.other, c.shorter, c.of_this, c.of_other, c.longest, c.in_passages)))
}

/// What ties an article to others besides the probabilities and shared texts. Few have any of it, and it takes room in these only.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bonds {
    /// Those of [`Live::links`] that are in the words of one outlet with it.
    pub retold: ThinVec<u32>,
    /// Articles it must stay with: undated and sharing a rare passage, one text in two outlets, or versions under one label.
    pub must_links: ThinVec<u32>,
    /// Articles that are takes of the same item, and must stay with it as one story.
    pub parts: ThinVec<u32>,
    /// An article of each happening that this one reports, if it is a round-up.
    pub roundup_of: ThinVec<u32>,
}

/// A live article. Its lists take one address each, since most are empty.
#[derive(Debug)]
pub struct Live {
    /// Its key.
    pub id: ArticleId,
    /// Number of its source in this process.
    pub source: u32,
    /// Address, hashed; 0 for none.
    pub url: u64,
    /// When it was published, if known.
    pub when: Option<When>,
    /// Whether a date was found, stated by the sender or not, but for a day without its year.
    pub dated: bool,
    /// Hours since 1970 that order it: publication, else receipt.
    pub order: f64,
    /// Its words; none for a copy that only counts with the text it copies.
    pub words: Words,
    /// Distinct numbers, sorted.
    pub numbers: ThinVec<u32>,
    /// Weekdays named near the start.
    pub weekdays: u8,
    /// Countries named near the start, and anywhere.
    pub countries: Named,
    /// Regions that it names.
    pub regions: Named,
    /// Its language, by the hash of the tag.
    pub language: u32,
    /// Whether its language is written in Arabic letters.
    pub arabic: bool,
    /// Sum of the pair weights when it came, and ln of the events behind them then.
    pub bigram_sum: (f32, f32),
    /// Probabilities against articles it was compared with.
    pub links: ThinVec<(u32, f32)>,
    /// Articles it shares text with.
    pub copies: ThinVec<CopyLink>,
    /// What else ties it to others, if anything does: see [`Live::bonds`].
    pub(super) bonds: Option<Box<Bonds>>,
    /// Number of its event.
    pub event: u32,
    /// How it stands there, as was said last.
    pub standing: Option<Standing>,
    /// Copies that count with this text.
    pub shadows: u32,
    /// The text this one is a mere copy of, if it is not compared itself.
    pub shadow_of: Option<u32>,
}

impl Live {
    /// What else ties it to others.
    pub fn bonds(&self) -> &Bonds {
        static NONE: LazyLock<Bonds> = LazyLock::new(Bonds::default);
        self.bonds.as_deref().unwrap_or(&NONE)
    }

    /// The same, to be changed.
    pub fn bonds_mut(&mut self) -> &mut Bonds {
        self.bonds.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Trace;

    #[test]
    fn links_are_written_without_names_and_read_with_and_without() {
        let link = CopyLink { other: 7, shorter: 0.5, of_this: 0.25, of_other: 0.5, longest: 12, in_passages: 30 };
        let trace = Trace { copies: vec![link], ..Trace::default() };
        let written = serde_json::to_string(&trace).unwrap();
        assert_eq!(written, r#"{"copies":[[7,0.5,0.25,0.5,12,30]]}"#);
        let named = r#"{"copies":[{"other":7,"shorter":0.5,"of_this":0.25,"of_other":0.5,"longest":12,"in_passages":30}]}"#;
        assert!([written.as_str(), named].into_iter().all(|json| serde_json::from_str::<Trace>(json).unwrap() == trace));
    }

    #[test]
    fn a_day_without_its_year_is_no_time_and_parts_nobody() {
        let (at, precision) = (Timestamp::UNIX_EPOCH, Precision::Day);
        let published = |step| Published { at, precision, step };
        for (step, is_stated, is_apart) in [
            (DateStep::Given, true, true),
            (DateStep::Dateline, false, true),
            (DateStep::Url, false, true),
            (DateStep::DatelineDay, false, false),
        ] {
            let published = published(step);
            assert_eq!((When::stated(&published).is_some(), When::parts(&published)), (is_stated, is_apart), "{step}");
        }
    }
}
