//! Which words of two articles side by side differ, where they lie in the same order.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::aligned::{Cut, Rows};
use crate::detect::passages::PASSAGE;

/// Words of a row that are told apart: doing so may cost the product of their numbers.
const TOLD_APART: usize = 1000;
/// Of the longer side of a row, so much must stand on the other side too for the rest to count as changed: one in so many words.
/// Two texts that were written independently share fewer, and marks would cover them whole.
const SHARED: usize = 3;

/// For each word of the two articles, whether the other one has another word, or none, in its place. Words are given folded.
pub(super) fn changed(rows: &Rows, left: &[String], right: &[String]) -> (Vec<bool>, Vec<bool>) {
    let mut changed = (vec![false; left.len()], vec![false; right.len()]);
    for (l, r) in rows {
        if let ([(from, end, Some(run)), ..], [(other, _, Some(same)), ..]) = (&l[..], &r[..])
            && run == same
        {
            // The same stems, one beside the other: the words may have other endings.
            for (a, b) in (*from as usize..*end as usize).zip(*other as usize..) {
                let differ = left[a] != right[b];
                (changed.0[a], changed.1[b]) = (differ, differ);
            }
            continue;
        }
        let (l, r) = (plain(l), plain(r));
        let longer = l.len().max(r.len());
        if longer > TOLD_APART {
            continue;
        }
        let (a, b): (Vec<&String>, Vec<&String>) = (l.iter().map(|w| &left[*w]).collect(), r.iter().map(|w| &right[*w]).collect());
        let steps = capture_diff_slices(Algorithm::Myers, &a, &b);
        let kept: usize = steps.iter().filter(|s| s.tag() == DiffTag::Equal).map(|s| s.old_range().len()).sum();
        if longer > PASSAGE as usize && kept * SHARED < longer {
            continue;
        }
        for step in steps.iter().filter(|s| s.tag() != DiffTag::Equal) {
            l[step.old_range()].iter().for_each(|w| changed.0[*w] = true);
            r[step.new_range()].iter().for_each(|w| changed.1[*w] = true);
        }
    }
    changed
}

/// The words that are in no run: a run that went elsewhere is not compared here.
fn plain(cuts: &[Cut]) -> Vec<usize> {
    cuts.iter().filter(|(.., run)| run.is_none()).flat_map(|(first, end, _)| *first as usize..*end as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(rows: &Rows, left: &str, right: &str) -> (String, String) {
        let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let (left, right) = (words(left), words(right));
        let (l, r) = changed(rows, &left, &right);
        let shown = |words: &[String], changed: &[bool]| -> String {
            words.iter().zip(changed).map(|(w, c)| if *c { format!("[{w}]") } else { w.clone() }).collect::<Vec<_>>().join(" ")
        };
        (shown(&left, &l), shown(&right, &r))
    }

    #[test]
    fn words_that_stand_for_others_are_marked_on_both_sides() {
        let rows = vec![(vec![(0, 6, None)], vec![(0, 7, None)])];
        let found = marked(&rows, "nobody was hurt and fire burns", "two people were hurt and fire burns");
        assert_eq!(found, ("[nobody] [was] hurt and fire burns".to_owned(), "[two] [people] [were] hurt and fire burns".to_owned()));
        let run = vec![(vec![(0, 3, Some(1))], vec![(0, 3, Some(1))])];
        assert_eq!(marked(&run, "two ships sail", "two ship sail").0, "two [ships] sail", "other endings in a run");
    }

    #[test]
    fn texts_of_their_own_are_not_marked_whole() {
        let (left, right) =
            ("the council met on monday to vote about a new harbour", "rain fell over the hills and farmers were glad of it");
        let rows = vec![(vec![(0, 11, None)], vec![(0, 11, None)])];
        assert_eq!(marked(&rows, left, right), (left.to_owned(), right.to_owned()));
    }
}
