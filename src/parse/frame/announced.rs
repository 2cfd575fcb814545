//! What a line such as `Related news` announces on a page, and the line.

use super::part::{Part, siblings};
use super::{PARTS_OF_ALL, words};

/// Elements that can announce what stands in the block that they begin.
const ANNOUNCING: &[&str] = &["h2", "h3", "h4", "h5", "h6", "div", "p", "span", "strong", "b", "em", "dt", "label", "td", "header"];
/// Letters of the longest announcement.
const ANNOUNCEMENT: usize = 50;
/// Letters beside links of the largest block that a mere line announces.
const ANNOUNCED_BY_LINE: usize = 200;
/// Letters of the shortest paragraph with which a text goes on behind a list.
const PARAGRAPH: usize = 60;
/// What readers say stands below the first part in so many of a page.
const BELOW: usize = 5;
/// Elements behind such a list that are looked at.
const BEHIND: usize = 40;

/// Marks what the element announces, if it is a line such as `Related news`: the block that it begins, or what follows it up to the
/// next heading of its rank.
pub(super) fn mark_announced(parts: &[Part<'_>], i: usize, marked: &mut [bool]) {
    let part = &parts[i];
    if !part.is(ANNOUNCING) || part.all() == 0 || part.all() > ANNOUNCEMENT {
        return;
    }
    let text = part.node.text();
    if !words::announces(&text) {
        return;
    }
    let is_block =
        |p: usize| p > 0 && !parts[p].is(PARTS_OF_ALL) && !parts[p].holds_article && parts[p].letters * 20 <= parts[0].letters * 17;
    // What is for sale, or to be shared, is announced in the midst of articles, and at the begin of their text.
    let is_line = part.is(&["p", "span", "strong", "b", "em"]) || words::announces_little(&text);
    let is_list = words::announces_list(&text);
    // Lists may be longer than the article, and readers, below it, may say more.
    let is_below = part.start * BELOW > parts[0].all();
    let may_be_long = is_list || is_below && words::announces_readers(&text);
    let is_most = |letters: usize| !may_be_long && letters * 2 > parts[0].letters;
    let fits = |p: usize| is_block(p) && (!is_line || parts[p].letters <= ANNOUNCED_BY_LINE) && !is_most(parts[p].letters);
    let mut block = i;
    while parts[parts[block].parent].start == part.start && fits(parts[block].parent) {
        if let Some(text) = text_behind_list(parts, block, is_list) {
            siblings(parts, block, text).for_each(|c| marked[c] = true);
            return;
        }
        block = parts[block].parent;
        if parts[block].all() > part.all() {
            marked[block] = true;
            return;
        }
    }
    marked[i] = true;
    if part.name.starts_with('h') && !is_line {
        let end = text_behind_list(parts, i, is_list).unwrap_or(parts[part.parent].end);
        let following = siblings(parts, part.end, end).take_while(|&c| parts[c].name != part.name).filter(|&c| is_block(c));
        let mut following: Vec<usize> = following.collect();
        if words::announces_author(&text) && following.last().is_some_and(|&last| goes_on_behind(parts, last)) {
            following.truncate(following.iter().position(|&c| is_text(&parts[c])).unwrap_or(following.len()));
        }
        if !is_most(following.iter().map(|&c| parts[c].letters).sum()) {
            following.into_iter().for_each(|c| marked[c] = true);
        }
    } else {
        mark_links(parts, i, marked);
    }
}

/// The paragraph with which a text goes on behind the list that the element announces, if it does; scripts may fill in what `is_list` later.
fn text_behind_list(parts: &[Part<'_>], i: usize, is_list: bool) -> Option<usize> {
    let mut following = siblings(parts, parts[i].end, parts[parts[i].parent].end).filter(|&c| parts[c].all() > 0).take(BEHIND);
    let first = following.next()?;
    if is_list && is_text(&parts[first]) {
        return Some(first);
    }
    following.find(|&c| is_text(&parts[c])).filter(|_| is_list || parts[first].linked > parts[first].letters)
}

/// Whether an element is a paragraph of a text.
fn is_text(part: &Part<'_>) -> bool {
    &*part.name == "p" && part.letters >= PARAGRAPH && part.linked * 4 < part.letters
}

/// Whether paragraphs of a text stand beside an element, behind it.
fn goes_on_behind(parts: &[Part<'_>], i: usize) -> bool {
    siblings(parts, parts[i].end, parts[parts[i].parent].end).take(BEHIND).any(|c| is_text(&parts[c]))
}

/// Marks the links right behind a line that announces them, with nothing but line breaks between.
fn mark_links(parts: &[Part<'_>], line: usize, marked: &mut [bool]) {
    let mut letters = parts[line].start + parts[line].all();
    for next in siblings(parts, parts[line].end, parts[parts[line].parent].end) {
        let part = &parts[next];
        if part.start != letters || !part.is(&["a", "br"]) {
            return;
        }
        marked[next] |= part.linked > 0;
        letters += part.all();
    }
}
