//! Pages that list articles: fronts, sections, archives, results of a search.
//!
//! Told by shape: siblings of one kind, each a link as long as a headline with a little text, and hardly any text beside them. A newsletter
//! or a round-up has text of its own, or its pieces are longer than teasers are.

use super::left;
use super::part::{Part, children};

/// Letters of the longest teaser: excerpts have some sixty words.
const TEASER: usize = 400;
/// Letters of the shortest link that is a headline, and letters that may stand before it in a teaser: a section, a day.
const HEADLINE: usize = 12;
const BEFORE: usize = 30;

/// What a page lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listing {
    /// Teasers of other articles.
    pub teasers: usize,
    /// Links of a list that has nothing else: a front page, or what stands beside an article.
    pub links: usize,
    /// Letters of these links.
    pub linked: usize,
    /// Letters outside of links, teasers and frame.
    pub besides: usize,
}

/// The teasers of a page, of which the frame is `marked`.
pub fn of(parts: &[Part<'_>], marked: &[bool]) -> Listing {
    let heads = first_links(parts);
    let is_teaser = |i: usize| {
        let part = &parts[i];
        part.is(&["div", "li", "article", "section", "td", "tr"])
            && part.all() > 0
            && part.all() < TEASER
            && heads[i].is_some_and(|start| start - part.start <= BEFORE)
    };
    let (mut taken, mut is_inside) = (marked.to_vec(), vec![false; parts.len()]);
    let (mut teasers, mut links, mut linked) = (0, 0, 0);
    for i in 0..parts.len() {
        let group: Vec<usize> = match is_inside[i] {
            true => Vec::new(),
            false => children(parts, i).filter(|&c| is_teaser(c)).collect(),
        };
        let is_of_kind = |&c: &usize| parts[c].name == parts[group[0]].name;
        let group: Vec<usize> = group.iter().copied().filter(is_of_kind).collect();
        if group.len() >= 2 {
            if group.iter().all(|&c| parts[c].letters == 0) {
                links += group.len();
                linked += group.iter().map(|&c| parts[c].linked).sum::<usize>();
            } else {
                teasers += group.len();
            }
            for c in group {
                taken[c] = true;
                is_inside[c..parts[c].end].fill(true);
            }
        }
    }
    Listing { teasers, links, linked, besides: left(parts, &taken).first().copied().unwrap_or(0) }
}

/// Of each part, how many letters of the page stand before the first link in it that is as long as a headline.
fn first_links(parts: &[Part<'_>]) -> Vec<Option<usize>> {
    let mut first: Vec<Option<usize>> =
        parts.iter().map(|part| Some(part.start).filter(|_| &*part.name == "a" && part.linked >= HEADLINE)).collect();
    for i in (1..parts.len()).rev() {
        let parent = parts[i].parent;
        first[parent] = [first[parent], first[i]].into_iter().flatten().min();
    }
    first
}
