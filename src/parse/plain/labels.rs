//! Header lines that stand apart from what they name: `HEADLINE`, and the headline on the line below.

use std::borrow::Cow;

use super::{KNOWN, TEXT, bare, field};

/// The text with each such label and the line below it as one line; as it is, unless several stand above the text and nothing between them.
pub fn joined(text: &str) -> Cow<'_, str> {
    let (mut block, mut known, mut rest) = (String::new(), 0, text);
    while let Some((label, after)) = label(rest) {
        if TEXT.contains(&label.to_lowercase().as_str()) {
            rest = after;
            break;
        }
        // A label above the next one has nothing to name.
        let Some((value, after)) = after.split_once('\n').filter(|(value, _)| !value.trim().is_empty() && label_of(value).is_none()) else {
            break;
        };
        block.push_str(&format!("{label}: {}\n", value.trim()));
        known += 1;
        rest = after.trim_start();
    }
    if known < KNOWN { text.into() } else { format!("{block}\n{}", rest.trim()).into() }
}

/// The label that the first line of a text is, and what follows it.
fn label(text: &str) -> Option<(&str, &str)> {
    let (first, after) = text.split_once('\n')?;
    Some((label_of(first)?, after))
}

fn label_of(line: &str) -> Option<&str> {
    let label = bare(bare(line).trim_end_matches([':', '：']));
    (field(label).is_some() || TEXT.contains(&label.to_lowercase().as_str())).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::plain::read_one;

    #[test]
    fn labels_on_lines_of_their_own_are_read() {
        for text in [
            "HEADLINE\nWells reopen\n\nBYLINE\nAda Quill\n\nDATE\n4 March 2026\n\nBODY\nFour wells filled.\n\nThey sang.",
            "HEADLINE:\nWells reopen\nBYLINE:\nAda Quill\nDATE:\n4 March 2026\nTEXT:\nFour wells filled.\n\nThey sang.",
            "العنوان\nWells reopen\nالكاتب\nAda Quill\nالتاريخ\n4 March 2026\n\nFour wells filled.\n\nThey sang.",
        ] {
            let draft = read_one(text);
            let read = (draft.title.as_deref(), draft.byline.as_deref(), draft.published.as_deref(), draft.text.as_deref());
            let expected = (Some("Wells reopen"), Some("Ada Quill"), Some("4 March 2026"), Some("Four wells filled.\n\nThey sang."));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn one_word_alone_is_no_label() {
        for text in [
            "Date\n\nThe palms of the oasis bear fruit.",
            "Data\nFour figures of the harbour\n\nThey rose.",
            "Headline\nByline\n\nWhat the words mean.",
            "Source",
            "Title\nWells\nSource\n",
        ] {
            assert_eq!(joined(text), text);
        }
    }
}
