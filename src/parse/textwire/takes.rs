//! Takes: a long story comes in several messages, the later ones named as additions to the first.

use super::super::Item;
use super::super::draft::Draft;
use crate::takes::{added_to, item_name};

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
        let is_first = |earlier: &&mut Draft| slug(earlier).is_some_and(|s| item_name(s) == name);
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
