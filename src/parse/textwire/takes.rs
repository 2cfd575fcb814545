//! Takes: a long story comes in several messages, the later ones named as additions to the first.

use super::super::Item;
use super::super::draft::Draft;
use crate::takes::{added_to, item_name, take_number};

/// Adds each addition to the article it belongs to, in the order of their numbers, whatever came first; one whose story is not in the file
/// stays an article and says so.
pub fn put_together(items: Vec<Item>) -> Vec<Item> {
    let name_of = |item: &Item| item.1.as_ref().ok().and_then(slug).and_then(added_to);
    let names: Vec<Option<String>> = items.iter().map(name_of).collect();
    // Places of additions, by the place of the message that they go on with: the last one before them, else the next.
    let mut additions: Vec<(usize, usize, usize)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let Some(name) = name else { continue };
        let is_first =
            |at: &usize| names[*at].is_none() && items[*at].1.as_ref().ok().and_then(slug).is_some_and(|s| item_name(s) == *name);
        if let Some(first) = (0..at).rev().find(is_first).or_else(|| (at..items.len()).find(is_first)) {
            let number = items[at].1.as_ref().ok().and_then(slug).map_or(0, take_number);
            additions.push((first, number, at));
        }
    }
    additions.sort_unstable();
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    for (first, _, at) in additions {
        if let Some((_, Ok(addition))) = items[at].take()
            && let Some((_, Ok(first))) = &mut items[first]
        {
            add(first, addition);
        }
    }
    for (item, name) in items.iter_mut().zip(names) {
        if let (Some((_, Ok(draft))), Some(name)) = (item, name) {
            draft.notes.push(format!("says that it goes on with \"{name}\", which is not in the file"));
        }
    }
    items.into_iter().flatten().collect()
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
