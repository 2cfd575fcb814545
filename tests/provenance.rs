//! Who published which words first: for any texts at all, and as the store and the commands tell it.

use proptest::prelude::*;
use wirefold::detect::passages::PASSAGE;
use wirefold::provenance::Lineage;

/// Texts that take pieces from one another and from a common stock, as wire copy does.
fn texts() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let piece = (0u32..60, 1u32..30).prop_map(|(from, words)| (from..from + words).collect::<Vec<u32>>());
    let text = prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    prop::collection::vec(text, 1..8)
}

/// The earliest text that has a passage with this word in it, found the slow way; the text itself if none has.
fn origin(texts: &[Vec<u32>], rank: usize, word: usize) -> usize {
    let length = PASSAGE as usize;
    let around = (0..texts[rank].len().saturating_sub(length - 1)).filter(|at| (*at..at + length).contains(&word));
    let runs: Vec<&[u32]> = around.map(|at| &texts[rank][at..at + length]).collect();
    (0..rank).find(|&earlier| texts[earlier].windows(length).any(|run| runs.contains(&run))).unwrap_or(rank)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_word_has_one_span_and_its_true_origin(texts in texts()) {
        let lineage = Lineage::new(texts.iter().map(Vec::as_slice));
        for (rank, text) in texts.iter().enumerate() {
            let mut next = 0;
            for span in lineage.spans(rank) {
                prop_assert_eq!(span.first, next, "spans lie side by side");
                prop_assert!(span.words > 0 && span.origin <= rank, "an origin is never later");
                next += span.words;
                for word in span.first..next {
                    prop_assert_eq!(span.origin, origin(&texts, rank, word as usize), "text {} word {}", rank, word);
                }
                prop_assert!(span.origin == rank || span.carriers.iter().any(|c| c.text == span.origin && c.words == span.words));
                prop_assert!(span.carriers.windows(2).all(|c| c[0].text < c[1].text) && span.carriers.iter().all(|c| c.text != rank));
                prop_assert!(span.carriers.iter().all(|c| c.words <= span.words && c.words > 0));
            }
            prop_assert_eq!(next as usize, text.len(), "nothing is left out");
            let owed: u32 = lineage.origins(rank).iter().map(|o| o.1).sum();
            let taken: u32 = lineage.spans(rank).iter().filter(|s| s.origin != rank).map(|s| s.words).sum();
            prop_assert_eq!(owed, taken);
        }
    }

    #[test]
    fn what_only_one_has_no_other_has(texts in texts()) {
        let lineage = Lineage::new(texts.iter().map(Vec::as_slice));
        for rank in 0..texts.len() {
            let alone: Vec<u32> = lineage.only_in(rank, |text| text == rank).iter().flat_map(|(first, words)| *first..first + words).collect();
            let unshared = lineage.spans(rank).into_iter().filter(|s| s.origin == rank && s.carriers.is_empty());
            prop_assert_eq!(alone, unshared.flat_map(|s| s.first..s.first + s.words).collect::<Vec<u32>>());
        }
    }
}
