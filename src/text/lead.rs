//! The beginning of a text, for lists.

use crate::article::Aside;

/// Characters after which the end of a sentence is the end of a lead; an abbreviation may end earlier.
const SENTENCE: usize = 60;
/// Characters of a lead at most.
const LEAD: usize = 200;

/// The first sentence of a text without its asides, or its first words where that is longer than 200 characters; empty where there is none.
pub fn lead(text: &str, asides: &[Aside]) -> String {
    let mut lead = String::new();
    let mut length = 0;
    for word in told(text, asides) {
        let letters = word.chars().count();
        if length + letters > LEAD {
            // Scripts without spaces have one word where others have a sentence.
            if lead.is_empty() {
                lead.extend(word.chars().take(LEAD));
            }
            lead.truncate(lead.trim_end_matches(['،', ',', ';', '؛', ':', '-', '–']).trim_end().len());
            lead.push('…');
            break;
        }
        if !lead.is_empty() {
            lead.push(' ');
        }
        lead.push_str(word);
        length += letters + 1;
        if length > SENTENCE && word.trim_end_matches(['"', '»', '”', ')', '’']).ends_with(['.', '!', '?', '؟', '۔', '。', '…']) {
            break;
        }
    }
    lead
}

/// The words that are in no aside.
fn told<'t>(text: &'t str, asides: &'t [Aside]) -> impl Iterator<Item = &'t str> {
    let starts = std::iter::once(0).chain(asides.iter().map(|a| a.end as usize));
    let ends = asides.iter().map(|a| a.start as usize).chain([text.len()]);
    starts.zip(ends).flat_map(|(start, end)| text.get(start..end).unwrap_or_default().split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::AsideKind;

    #[test]
    fn a_lead_is_a_sentence_or_its_beginning() {
        let first = "قالت هيئة الموانئ إن العبارة الشمالية استأنفت رحلاتها بين جزيرة السرو ومرفأ الحجر.";
        let text = format!("المرفأ (و ك) -  {first} وأضافت\nأن ذلك يسعدها.");
        let dateline = text.find("قالت").unwrap() as u32;
        let aside = Aside { start: 0, end: dateline, kind: AsideKind::Dateline };
        assert_eq!(lead(&text, &[aside]), first);
        assert_eq!(
            lead("Mr. Orun spoke.\n\nHe left at noon.", &[]),
            "Mr. Orun spoke. He left at noon.",
            "short sentences are taken together"
        );
        let long = lead(&"word ".repeat(100), &[]);
        assert!(long.ends_with("word…") && long.chars().count() <= LEAD + 1);
        assert!(lead(&"word, ".repeat(100), &[]).ends_with("word…"));
        assert_eq!(lead(&"港".repeat(300), &[]).chars().count(), LEAD + 1);
        assert_eq!(lead(" \n", &[]), "");
    }
}
