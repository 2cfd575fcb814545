//! The versions of an article, with the words that changed.

use super::weight::{fitting, weight};
use crate::provenance::versions::{Change, Difference, Version};
use crate::view;

/// Words that stayed, of which only the first and the last are shown where there are more.
const KEPT: usize = 24;
/// Bytes of a line without its words.
const LINE: usize = 250;

/// A version with what changed in it.
pub struct VersionLine {
    pub number: u32,
    pub article: String,
    pub when: String,
    /// Words that stayed, went and came; `None` for the first.
    pub pieces: Option<Vec<(&'static str, String)>>,
    /// Whether no word changed.
    pub same: bool,
    /// Whether only the beginnings were compared.
    pub cut: bool,
    /// Whether there was no room for all that changed.
    pub more: bool,
    /// How many later versions there was no room for.
    pub rest: usize,
}

/// The versions of an article as far as there is room, in bytes; takes from it what they need.
pub fn version_lines(versions: &[Version], room: &mut usize) -> Vec<VersionLine> {
    let mut lines = Vec::new();
    for (n, v) in versions.iter().enumerate() {
        *room = room.saturating_sub(LINE);
        let (pieces, more) = v.difference.as_ref().map_or((None, false), |d| pieces(d, room));
        let rest = if *room == 0 { versions.len() - n - 1 } else { 0 };
        lines.push(VersionLine {
            number: v.version,
            article: v.article.clone(),
            when: view::article::version_when(v),
            pieces,
            same: v.difference.as_ref().is_some_and(Difference::is_empty),
            cut: v.difference.as_ref().is_some_and(|d| d.cut),
            more,
            rest,
        });
        if *room == 0 {
            break;
        }
    }
    lines
}

/// What changed, and whether there was no room for all of it.
fn pieces(d: &Difference, room: &mut usize) -> (Option<Vec<(&'static str, String)>>, bool) {
    let mut pieces = Vec::new();
    for p in &d.pieces {
        let (mark, words) = match p.change {
            Change::Kept => ("kept", around(&p.words)),
            Change::Removed => ("removed", p.words.clone()),
            Change::Added => ("added", p.words.clone()),
        };
        let end = fitting(&words, *room, 0);
        *room = room.saturating_sub(weight(&words) + 12);
        pieces.push((mark, words[..end].to_owned()));
        if end < words.len() {
            return (Some(pieces), true);
        }
    }
    (Some(pieces), false)
}

/// Words with what is in the middle of many left out.
fn around(words: &str) -> String {
    let all: Vec<&str> = words.split(' ').collect();
    if all.len() <= KEPT {
        words.to_owned()
    } else {
        format!("{} … {}", all[..KEPT / 2].join(" "), all[all.len() - KEPT / 2..].join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stayed_is_shown_around_what_changed() {
        let (old, new) = ("a ".repeat(100), "a ".repeat(99));
        let (pieces, more) = pieces(&Difference::between(("", &format!("{old}x")), ("", &format!("{new}y"))), &mut 1000);
        let kept = pieces.unwrap().swap_remove(0);
        assert_eq!((kept.0, kept.1.split(' ').count(), more), ("kept", KEPT + 1, false));
    }
}
