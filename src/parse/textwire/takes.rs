//! Takes: a long story comes in several messages, the later ones named as additions to the first.

use super::super::Item;
use super::super::draft::Draft;

/// Words in a slug that say that a message goes on with an earlier one, lower case.
const ADDITION: &[&str] = &["add", "addition", "additions", "1stadd", "2ndadd", "take", "more", "تتمة", "إضافة", "اضافة", "suite"];

/// Numbers of takes, which belong to no story's name.
const NUMBERS: &[&str] = &[
    "1st",
    "2nd",
    "3rd",
    "4th",
    "5th",
    "6th",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "first",
    "second",
    "third",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "أولى",
    "ثانية",
    "ثالثة",
    "اولى",
];

/// Adds each addition to the article it belongs to; one whose story is not in the file stays an article and says so.
pub fn put_together(items: Vec<Item>) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for (at, item) in items {
        let Ok(mut draft) = item else {
            out.push((at, item));
            continue;
        };
        let Some(name) = slug(&draft).and_then(added_to) else {
            out.push((at, Ok(draft)));
            continue;
        };
        let is_first = |earlier: &&mut Draft| slug(earlier).is_some_and(|s| story_name(s) == name);
        match out.iter_mut().rev().filter_map(|(_, item)| item.as_mut().ok()).find(is_first) {
            Some(first) => add(first, draft),
            None => {
                draft.notes.push(format!("says that it goes on with \"{name}\", which is not in the file"));
                out.push((at, Ok(draft)));
            }
        }
    }
    out
}

fn slug(draft: &Draft) -> Option<&str> {
    draft.extra.get("slug")?.as_str()
}

/// The name of the story that a slug says to be an addition to.
fn added_to(slug: &str) -> Option<String> {
    let is_addition = words(slug).any(|word| ADDITION.contains(&word.as_str()) || is_numbered_add(&word));
    let name = story_name(slug);
    (is_addition && !name.is_empty()).then_some(name)
}

fn is_numbered_add(word: &str) -> bool {
    word.strip_suffix("add").is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

fn words(slug: &str) -> impl Iterator<Item = String> {
    slug.split(|c: char| c.is_whitespace() || matches!(c, ',' | '،' | '-' | '/' | '.' | '(' | ')'))
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
}

/// The words of a slug that name the story.
fn story_name(slug: &str) -> String {
    let names = |word: &String| !ADDITION.contains(&word.as_str()) && !NUMBERS.contains(&word.as_str()) && !is_numbered_add(word);
    words(slug).filter(names).collect::<Vec<_>>().join(" ")
}

fn add(first: &mut Draft, addition: Draft) {
    let number = addition.id.as_deref().unwrap_or("without number");
    first.notes.push(format!("message {number} goes on with this one and was added to it"));
    let text = first.text.get_or_insert_with(String::new);
    // A take has no headline; what looked like one is its first line.
    for piece in [addition.title, addition.text].into_iter().flatten() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_name_their_story() {
        for (slug, name) in [
            ("BC-Wells, 1st add", Some("bc wells")),
            ("bc-wells addition one", Some("bc wells")),
            ("wells 2ndadd", Some("wells")),
            ("آبار، إضافة أولى", Some("آبار")),
            ("wells take 2", Some("wells")),
            ("wells reopen", None),
            ("add", None),
        ] {
            assert_eq!(added_to(slug).as_deref(), name, "{slug}");
        }
    }
}
