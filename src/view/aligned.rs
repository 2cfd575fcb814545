//! Two articles side by side: what both have in the same order stands in one row, with the words that differ in it; a run that went
//! elsewhere is marked where it is.

use super::changed::changed;
use super::explain::StoredPair;
use crate::detect::passages::{PASSAGE, Run};
use crate::provenance::{Part, Words};
use crate::store::rows::ArticleDetail;
use crate::text::fold::fold;

/// Runs that are put into rows: doing so costs the square of their number.
const RUNS: usize = 2000;

/// Words of one article, with the number of the run, from 1, if the other has them too.
pub struct Piece {
    /// The number of the run.
    pub number: Option<usize>,
    /// Whether the run, or what stands between two, begins here.
    pub begins: bool,
    /// Whether the other article has other words, or none, in their place.
    pub changed: bool,
    /// The words as they stand in the article; a headline ends with a line break.
    pub text: String,
}

/// Two articles in rows.
pub struct Aligned {
    /// What the earlier and the later have, of which one may be nothing.
    pub rows: Vec<(Vec<Piece>, Vec<Piece>)>,
    /// How many runs both have.
    pub runs: usize,
}

/// The two articles of a pair in rows, of which none has more than `most` words on a side.
pub fn rows(pair: &StoredPair<'_>, most: u32) -> Aligned {
    let side = |a: &ArticleDetail| Words::of(&a.line.title, &a.text, &a.line.lang);
    let (left, right) = (side(pair.earlier), side(pair.later));
    let lengths = (left.stems.len() as u32, right.stems.len() as u32);
    let runs = shared(pair, lengths);
    let rows = aligned(&runs, lengths.0, lengths.1);
    let changed = changed(&rows, &folded(&left, pair.earlier), &folded(&right, pair.later));
    let cut = |words: &Words, a: &ArticleDetail, changed: &[bool], cuts: Vec<Cut>| -> Vec<Piece> {
        cuts.into_iter().flat_map(|c| texts(words, a, changed, c)).collect()
    };
    let row = |(l, r)| (cut(&left, pair.earlier, &changed.0, l), cut(&right, pair.later, &changed.1, r));
    Aligned { rows: rows.into_iter().flat_map(|(l, r)| beside(l, r, most)).map(row).collect(), runs: runs.len() }
}

/// The words as they are told apart: letters folded, so that diacritics and forms of a hamza are no change.
fn folded(words: &Words, a: &ArticleDetail) -> Vec<String> {
    let part = |word| if words.part(word) == Part::Title { &a.line.title } else { &a.text };
    (0..words.stems.len() as u32).map(|word| fold(words.letters(part(word), word))).collect()
}

/// The runs that both have, in order of the earlier article; of very many, the longest.
fn shared(pair: &StoredPair<'_>, (left, right): (u32, u32)) -> Vec<Run> {
    // `a` of the overlap is the later article.
    let runs = pair.compared.overlap.runs.iter().filter(|r| r.words >= PASSAGE);
    let turned = runs.map(|r| Run { a: r.b, words: r.words, b: r.a });
    let mut runs: Vec<Run> = turned.filter(|r| r.a + r.words <= left && r.b + r.words <= right).collect();
    runs.sort_by_key(|r| std::cmp::Reverse(r.words));
    runs.truncate(RUNS);
    runs.sort_by_key(|r| (r.a, r.b));
    runs
}

/// Words from a first to before a last one, and the number of their run.
pub(super) type Cut = (u32, u32, Option<usize>);
/// What the earlier and the later article have in each row.
pub(super) type Rows = Vec<(Vec<Cut>, Vec<Cut>)>;

/// The words of both articles in rows. Runs that lie in the same order in both share a row; the longest words win where they cross.
fn aligned(runs: &[Run], left: u32, right: u32) -> Rows {
    let mut by_left: Vec<usize> = (0..runs.len()).collect();
    by_left.sort_by_key(|&n| (runs[n].a, runs[n].b));
    let chain = heaviest_chain(runs, &by_left);
    let mut rows = Vec::new();
    let (mut l, mut r) = (0, 0);
    for n in chain {
        let run = &runs[n];
        rows.push((between(runs, l, run.a, |run| run.a), between(runs, r, run.b, |run| run.b)));
        rows.push((vec![(run.a, run.a + run.words, Some(n + 1))], vec![(run.b, run.b + run.words, Some(n + 1))]));
        (l, r) = (run.a + run.words, run.b + run.words);
    }
    rows.push((between(runs, l, left, |run| run.a), between(runs, r, right, |run| run.b)));
    rows.retain(|(l, r)| !l.is_empty() || !r.is_empty());
    rows
}

/// A row as several, of which none has more than `most` words on a side.
fn beside(left: Vec<Cut>, right: Vec<Cut>, most: u32) -> Rows {
    let (mut left, mut right) = (chunks(left, most), chunks(right, most));
    let rows = left.len().max(right.len());
    left.resize(rows, Vec::new());
    right.resize(rows, Vec::new());
    left.into_iter().zip(right).collect()
}

fn chunks(cuts: Vec<Cut>, most: u32) -> Vec<Vec<Cut>> {
    let (mut chunks, mut room) = (Vec::new(), 0);
    for (mut first, end, number) in cuts {
        while first < end {
            if room == 0 {
                chunks.push(Vec::new());
                room = most.max(1);
            }
            let upto = end.min(first.saturating_add(room));
            chunks.last_mut().into_iter().for_each(|chunk: &mut Vec<Cut>| chunk.push((first, upto, number)));
            room -= upto - first;
            first = upto;
        }
    }
    chunks
}

/// The runs that go forward in both articles and have most words together, in order.
fn heaviest_chain(runs: &[Run], order: &[usize]) -> Vec<usize> {
    let mut best: Vec<(u32, Option<usize>)> = Vec::with_capacity(order.len());
    for (i, &n) in order.iter().enumerate() {
        let fits = |j: &usize| {
            let before = &runs[order[*j]];
            before.a + before.words <= runs[n].a && before.b + before.words <= runs[n].b
        };
        let before = (0..i).filter(fits).max_by_key(|&j| best[j].0);
        best.push((runs[n].words + before.map_or(0, |j| best[j].0), before));
    }
    let mut at = (0..best.len()).max_by_key(|&i| best[i].0);
    let mut chain = Vec::new();
    while let Some(i) = at {
        chain.push(order[i]);
        at = best[i].1;
    }
    chain.reverse();
    chain
}

/// What lies between two words of one article: plain words, and runs that the other article has elsewhere.
fn between(runs: &[Run], from: u32, to: u32, place: impl Fn(&Run) -> u32) -> Vec<Cut> {
    let mut inside: Vec<(u32, u32, usize)> = runs
        .iter()
        .enumerate()
        .map(|(n, run)| (place(run).max(from), (place(run) + run.words).min(to), n + 1))
        .filter(|(first, end, _)| first < end)
        .collect();
    inside.sort_unstable();
    let mut cuts = Vec::new();
    let mut at = from;
    for (first, end, number) in inside {
        let first = first.max(at);
        if first >= end {
            continue;
        }
        cuts.extend((at < first).then_some((at, first, None)));
        cuts.push((first, end, Some(number)));
        at = end;
    }
    cuts.extend((at < to).then_some((at, to, None)));
    cuts
}

/// The words as they stand in the article, cut where the headline ends and where changed words begin or end.
fn texts(words: &Words, a: &ArticleDetail, changed: &[bool], (first, end, number): Cut) -> Vec<Piece> {
    let is_cut = |at: u32| at == end || at == words.title || changed[at as usize] != changed[at as usize - 1];
    let ends: Vec<u32> = (first + 1..=end).filter(|at| is_cut(*at)).collect();
    let starts = std::iter::once(first).chain(ends.iter().copied());
    let piece = |(from_word, end): (u32, u32)| {
        let whole = if words.part(from_word) == Part::Title { &a.line.title } else { &a.text };
        let (from, to) = words.stretch(whole, from_word, end).bytes;
        let line = if words.part(from_word) == Part::Title && end == words.title { "\n" } else { "" };
        let text = format!("{}{line}", &whole[from..to]);
        Piece { number, begins: from_word == first, changed: changed[from_word as usize], text }
    };
    starts.zip(ends.iter().copied()).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_both_stands_in_the_rows_once() {
        let run = |a, words, b| Run { a, words, b };
        // The second and third cross; the last two overlap in the left article.
        let runs = [run(5, 10, 0), run(20, 8, 40), run(30, 20, 12), run(60, 12, 60), run(65, 10, 72)];
        let rows = aligned(&runs, 90, 100);
        for (side, length) in [(0, 90), (1, 100)] {
            let cuts: Vec<Cut> = rows.iter().flat_map(|(l, r)| if side == 0 { l.clone() } else { r.clone() }).collect();
            let mut at = 0;
            for (first, end, _) in cuts {
                assert_eq!(first, at, "side {side}");
                at = end;
            }
            assert_eq!(at, length, "side {side}");
        }
        let shared: Vec<usize> = rows
            .iter()
            .filter(|(l, r)| l.len() == 1 && r.len() == 1 && l[0].2.is_some() && l[0].2 == r[0].2)
            .map(|(l, _)| l[0].2.unwrap())
            .collect();
        assert_eq!(shared, [1, 3, 4], "of two that cross, the longer one keeps its row");
        assert!(rows.iter().any(|(l, _)| l.iter().any(|c| c.2 == Some(2))), "and the other is still marked");
    }

    #[test]
    fn long_rows_are_cut_at_the_same_words() {
        let rows = beside(vec![(3, 10, Some(1))], vec![(20, 27, Some(1)), (27, 29, None)], 4);
        assert_eq!(
            rows,
            [
                (vec![(3, 7, Some(1))], vec![(20, 24, Some(1))]),
                (vec![(7, 10, Some(1))], vec![(24, 27, Some(1)), (27, 28, None)]),
                (vec![], vec![(28, 29, None)])
            ]
        );
        assert_eq!(beside(vec![(0, 9, None)], vec![], u32::MAX), [(vec![(0, 9, None)], vec![])]);
    }

    #[test]
    fn nothing_shared_is_one_row() {
        assert_eq!(aligned(&[], 3, 0), [(vec![(0, 3, None)], vec![])]);
        assert_eq!(aligned(&[], 0, 0), []);
    }
}
