//! Which of the articles in question belong together: average-link clustering of a small pool, cut at the threshold.
//!
//! The cut is made anew whenever a newcomer touches an event, so that one late article can merge two events or pull a chain apart.

/// A pool of articles with the probabilities between them.
pub struct Pool {
    /// Number of texts each node stands for: copies that were not compared one by one count with the text they copy.
    pub weights: Vec<f32>,
    /// `probabilities[i * n + j]`, symmetric; 0 for pairs never compared.
    pub probabilities: Vec<f32>,
    /// Pairs that stay together whatever the average says.
    pub must_link: Vec<(usize, usize)>,
}

impl Pool {
    /// Groups of node numbers: largest first, then by smallest member; members in order.
    pub fn cut(self, threshold: f32) -> Vec<Vec<usize>> {
        self.cut_bound(threshold, &[], &[])
    }

    /// As [`Pool::cut`], where editors hold that some pairs must be in one group and others cannot: their word goes before everything,
    /// and no pair is in both lists, not even by way of others.
    ///
    /// What must be together is joined last, so that a newcomer is measured against what it is like, and not against all that an
    /// editor put beside that. What cannot be is kept apart from the first step on, by way of what must be together too.
    pub fn cut_bound(self, threshold: f32, must: &[(usize, usize)], cannot: &[(usize, usize)]) -> Vec<Vec<usize>> {
        let n = self.weights.len();
        let mut bound = Bound { label: (0..n).collect(), cannot };
        must.iter().for_each(|(a, b)| bound.join(*a, *b));
        let mut groups: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
        let mut size = self.weights.clone();
        // Sum of weight·weight·probability between two groups; divided by both sizes it is the average link.
        let mut link = self.probabilities.clone();
        for i in 0..n {
            for j in 0..n {
                link[i * n + j] *= size[i] * size[j];
            }
        }
        while let Some((i, j)) = closest(&groups, &size, &link, threshold, &bound) {
            bound.join(i, j);
            merge(i, j, n, &mut groups, &mut size, &mut link);
        }
        for (a, b) in must.iter().copied().chain(self.must_link) {
            let home = |x: usize, groups: &[Vec<usize>]| groups.iter().position(|g| g.contains(&x)).unwrap_or(x);
            let (i, j) = (home(a, &groups), home(b, &groups));
            if i != j && !bound.bars(i, j) {
                bound.join(i, j);
                merge(i.min(j), i.max(j), n, &mut groups, &mut size, &mut link);
            }
        }
        groups.retain(|g| !g.is_empty());
        groups.iter_mut().for_each(|g| g.sort_unstable());
        groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].cmp(&b[0])));
        groups
    }
}

/// Who must end up with whom, and who cannot.
struct Bound<'a> {
    /// Nodes with one label end in one group.
    label: Vec<usize>,
    cannot: &'a [(usize, usize)],
}

impl Bound<'_> {
    fn join(&mut self, a: usize, b: usize) {
        let (kept, gone) = (self.label[a], self.label[b]);
        if kept != gone {
            self.label.iter_mut().filter(|l| **l == gone).for_each(|l| *l = kept);
        }
    }

    /// Whether two groups, by any node of each, cannot be joined.
    fn bars(&self, i: usize, j: usize) -> bool {
        let (x, y) = (self.label[i], self.label[j]);
        let labels = |(a, b): &(usize, usize)| (self.label[*a], self.label[*b]);
        self.cannot.iter().map(labels).any(|pair| pair == (x, y) || pair == (y, x))
    }
}

/// The two groups with the highest average link, if that reaches the threshold; the first of equals.
fn closest(groups: &[Vec<usize>], size: &[f32], link: &[f32], threshold: f32, bound: &Bound<'_>) -> Option<(usize, usize)> {
    let n = groups.len();
    let mut best = None;
    let mut highest = threshold;
    for i in (0..n).filter(|&i| !groups[i].is_empty()) {
        for j in (i + 1..n).filter(|&j| !groups[j].is_empty()) {
            let average = link[i * n + j] / (size[i] * size[j]);
            if (average > highest || (average == highest && best.is_none())) && !bound.bars(i, j) {
                (highest, best) = (average, Some((i, j)));
            }
        }
    }
    best
}

fn merge(i: usize, j: usize, n: usize, groups: &mut [Vec<usize>], size: &mut [f32], link: &mut [f32]) {
    let moved = std::mem::take(&mut groups[j]);
    groups[i].extend(moved);
    size[i] += size[j];
    for k in 0..n {
        link[i * n + k] += link[j * n + k];
        link[k * n + i] = link[i * n + k];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(n: usize, pairs: &[(usize, usize, f32)], must_link: &[(usize, usize)]) -> Vec<Vec<usize>> {
        let mut probabilities = vec![0.0; n * n];
        for &(i, j, p) in pairs {
            probabilities[i * n + j] = p;
            probabilities[j * n + i] = p;
        }
        Pool { weights: vec![1.0; n], probabilities, must_link: must_link.to_vec() }.cut(0.4)
    }

    #[test]
    fn a_chain_does_not_hold() {
        // a~b, b~c, c~d but nothing else: the middle link breaks.
        assert_eq!(cut(4, &[(0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.9)], &[]), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn a_block_holds_and_a_must_link_joins() {
        let block = [(0, 1, 0.9), (0, 2, 0.6), (1, 2, 0.5)];
        assert_eq!(cut(4, &block, &[]), [vec![0, 1, 2], vec![3]]);
        assert_eq!(cut(4, &block, &[(3, 1)]), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn what_editors_hold_goes_before_everything() {
        let all_alike = |n: usize| Pool { weights: vec![1.0; n], probabilities: vec![0.9; n * n], must_link: vec![(0, 1)] };
        assert_eq!(all_alike(4).cut_bound(0.4, &[], &[(0, 1)]).len(), 2, "not even a rare passage joins what an editor parted");
        let nothing_alike = Pool { weights: vec![1.0; 4], probabilities: vec![0.0; 16], must_link: vec![] };
        assert_eq!(nothing_alike.cut_bound(0.4, &[(0, 3)], &[]), [vec![0, 3], vec![1], vec![2]]);
        // 0 is with 1, 1 is not with 2: so 0 is not with 2 either, however alike the two are.
        let mut probabilities = vec![0.0; 9];
        (probabilities[2], probabilities[6]) = (0.9, 0.9);
        let by_way_of = Pool { weights: vec![1.0; 3], probabilities, must_link: vec![] };
        assert_eq!(by_way_of.cut_bound(0.4, &[(0, 1)], &[(1, 2)]), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn the_threshold_itself_joins() {
        assert_eq!(cut(2, &[(0, 1, 0.4)], &[]), [vec![0, 1]]);
        assert_eq!(cut(2, &[(0, 1, 0.399)], &[]), [vec![0], vec![1]]);
    }
}
