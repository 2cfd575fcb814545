//! Who copies whom, as a drawing: sources around the middle, arrows from who copies to who is copied. It is a function of the lines alone.

use rustc_hash::FxHashMap;

use super::paint::COLOURS;
use crate::store::rows::CopyLine;
use crate::view::{counted, field};

/// Arrows drawn, the strongest.
pub const ARROWS: usize = 48;
/// Sources drawn: as many as have room for their names.
const NODES: usize = 24;
/// Size of the drawing in its own units. Sources stand in two bows, line by line: least and most distance from the middle, and of the
/// first line from the top. Outside stand the names.
const SIZE: (f64, f64) = (1000.0, 640.0);
const BOW: (f64, f64) = (60.0, 280.0);
const EDGE: f64 = 20.0;
/// Radius of a source with one article and of the largest.
const RADIUS: (f64, f64) = (4.0, 16.0);
/// Width of the thinnest arrow and of the widest, and length of its head.
const WIDTH: (f64, f64) = (1.0, 7.0);
const HEAD: f64 = 9.0;
/// Characters of a name.
const NAME: usize = 30;

/// A drawing.
pub struct Graph {
    /// The arrows, the weakest first, so that the strongest lie above.
    pub arrows: Vec<Arrow>,
    /// The sources.
    pub nodes: Vec<Node>,
    /// What it shows, for those who do not see it.
    pub says: String,
}

/// An arrow.
pub struct Arrow {
    /// Class of the colour of who is copied.
    pub class: String,
    /// The curve, as the path of SVG.
    pub path: String,
    /// Its width.
    pub width: String,
    /// Corners of its head.
    pub head: String,
    /// Who copies whom how often.
    pub says: String,
}

/// A source.
pub struct Node {
    /// Class of its colour.
    pub class: String,
    /// Where its middle is.
    pub x: String,
    /// Where its middle is.
    pub y: String,
    /// Its radius.
    pub radius: String,
    /// Where its name begins or ends.
    pub name_x: String,
    /// `start` to the right of the middle, `end` to the left.
    pub anchor: &'static str,
    /// Its name, which keeps its own direction.
    pub name: String,
    /// Its name in full and how many articles it has.
    pub says: String,
}

/// A source as it is placed.
struct Placed<'l> {
    name: &'l str,
    articles: u32,
    at: (f64, f64),
    radius: f64,
    class: String,
}

/// Draws the strongest of `lines`, which come strongest first; nothing where there are none.
pub fn graph(lines: &[CopyLine]) -> Option<Graph> {
    let (names, drawn) = chosen(lines);
    let most = drawn.first()?.articles;
    let placed = placed(&round(names, &drawn), &drawn);
    let at = |name: &str| placed.iter().find(|p| p.name == name);
    let arrows = drawn.iter().rev().filter_map(|l| Some(arrow(at(&l.source)?, at(&l.copies)?, l.articles, most)));
    let all = if drawn.len() == lines.len() { String::new() } else { format!(", the strongest of {}", lines.len()) };
    let (arrows_drawn, sources) = (counted(drawn.len() as u32, "arrow"), counted(placed.len() as u32, "source"));
    let says = format!(
        "{sources} and {arrows_drawn}{all}: each leads from a source to one whose articles it copies; the table below says the same"
    );
    Some(Graph { arrows: arrows.collect(), nodes: placed.iter().map(node).collect(), says })
}

/// The sources and arrows that are drawn: the strongest arrows whose ends still find room.
fn chosen(lines: &[CopyLine]) -> (Vec<(&str, u32)>, Vec<&CopyLine>) {
    let (mut names, mut drawn): (Vec<(&str, u32)>, Vec<&CopyLine>) = (Vec::new(), Vec::new());
    for line in lines {
        let ends = [(line.source.as_str(), line.source_articles), (line.copies.as_str(), line.copies_articles)];
        let new: Vec<_> = ends.into_iter().filter(|(name, _)| names.iter().all(|(known, _)| known != name)).collect();
        if drawn.len() < ARROWS && names.len() + new.len() <= NODES {
            names.extend(new);
            drawn.push(line);
        }
    }
    (names, drawn)
}

/// The sources in the order in which they stand around: each beside the one of those left that it has most to do with.
fn round<'l>(mut left: Vec<(&'l str, u32)>, drawn: &[&CopyLine]) -> Vec<(&'l str, u32)> {
    let tie = |a: &str, b: &str| -> u32 {
        drawn.iter().filter(|l| (l.source == a && l.copies == b) || (l.source == b && l.copies == a)).map(|l| l.articles).sum()
    };
    let mut around: Vec<(&str, u32)> = Vec::new();
    while !left.is_empty() {
        let best = match around.last() {
            // Of several that are as near, the first, which has the strongest arrow.
            Some((last, _)) => (0..left.len()).max_by_key(|&n| (tie(last, left[n].0), std::cmp::Reverse(n))),
            None => Some(0),
        };
        around.push(left.remove(best.unwrap_or(0)));
    }
    around
}

fn placed<'l>(around: &[(&'l str, u32)], drawn: &[&CopyLine]) -> Vec<Placed<'l>> {
    let largest = around.iter().map(|(_, articles)| *articles).max().unwrap_or(1);
    let mut copied: FxHashMap<&str, u32> = FxHashMap::default();
    drawn.iter().for_each(|l| *copied.entry(l.copies.as_str()).or_default() += l.articles);
    let mut by_copied: Vec<(&str, u32)> = copied.into_iter().collect();
    by_copied.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let class = |name: &str| {
        let rank = by_copied.iter().position(|(copied, _)| *copied == name).unwrap_or(COLOURS);
        format!("c{}", rank.min(COLOURS) + 1)
    };
    let place = |(n, &(name, articles)): (usize, &(&'l str, u32))| Placed {
        name,
        articles,
        at: place_of(n, around.len()),
        radius: between(RADIUS, articles, largest),
        class: class(name),
    };
    around.iter().enumerate().map(place).collect()
}

/// Where the source of this number stands: down on the right, up on the left. Each has a line of its side to itself, so that no two names meet.
fn place_of(n: usize, all: usize) -> (f64, f64) {
    let right = all.div_ceil(2);
    let (line, lines, side) = if n < right { (n, right, 1.0) } else { (all - 1 - n, all - right, -1.0) };
    let half = SIZE.1 / 2.0 - EDGE;
    let down = ((line as f64 + 0.5) / lines as f64 - 0.5) * 2.0;
    let out = BOW.0 + (BOW.1 - BOW.0) * (1.0 - down * down).sqrt();
    (SIZE.0 / 2.0 + side * out, SIZE.1 / 2.0 + down * half)
}

/// A measure whose square grows with the number, so that areas can be compared.
fn between((low, high): (f64, f64), number: u32, most: u32) -> f64 {
    low + (high - low) * (f64::from(number) / f64::from(most.max(1))).sqrt().min(1.0)
}

fn node(p: &Placed<'_>) -> Node {
    let right = p.at.0 >= SIZE.0 / 2.0;
    let beside = (p.radius + 6.0) * if right { 1.0 } else { -1.0 };
    let cut: String = p.name.chars().take(NAME).collect();
    let cut = if cut.len() < p.name.len() { format!("{cut}…") } else { cut };
    Node {
        class: p.class.clone(),
        x: shown(p.at.0),
        y: shown(p.at.1),
        radius: shown(p.radius),
        name_x: shown(p.at.0 + beside),
        anchor: if right { "start" } else { "end" },
        name: field(&cut),
        says: format!("{}, {}", field(p.name), counted(p.articles, "article")),
    }
}

fn arrow(from: &Placed<'_>, to: &Placed<'_>, articles: u32, most: u32) -> Arrow {
    let width = between(WIDTH, articles, most);
    // Bent towards the middle, and to one's right, so that two that copy each other have an arrow each.
    let (dx, dy) = (to.at.0 - from.at.0, to.at.1 - from.at.1);
    let length = dx.hypot(dy).max(1.0);
    let bend = |from: f64, to: f64, middle: f64, aside: f64| (from + to) / 4.0 + middle / 2.0 + 18.0 * aside;
    let control = (bend(from.at.0, to.at.0, SIZE.0 / 2.0, -dy / length), bend(from.at.1, to.at.1, SIZE.1 / 2.0, dx / length));
    let begin = towards(from.at, control, from.radius);
    let point = towards(to.at, control, to.radius + 1.0);
    let neck = towards(to.at, control, to.radius + 1.0 + HEAD);
    let half = HEAD / 2.0 + width / 2.0;
    let along = ((point.0 - neck.0) / HEAD, (point.1 - neck.1) / HEAD);
    let corners = [point, (neck.0 - along.1 * half, neck.1 + along.0 * half), (neck.0 + along.1 * half, neck.1 - along.0 * half)];
    let pair = |(x, y): (f64, f64)| format!("{} {}", shown(x), shown(y));
    Arrow {
        class: to.class.clone(),
        path: format!("M{} Q{} {}", pair(begin), pair(control), pair(neck)),
        width: shown(width),
        head: corners.map(pair).join(" "),
        says: format!("{} copies {}: {}", field(from.name), field(to.name), counted(articles, "article")),
    }
}

/// The point so far from `from` on the way to `to`.
fn towards(from: (f64, f64), to: (f64, f64), far: f64) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let share = far / dx.hypot(dy).max(1.0);
    (from.0 + dx * share, from.1 + dy * share)
}

fn shown(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(source: &str, copies: &str, articles: u32) -> CopyLine {
        CopyLine { source: source.to_owned(), source_articles: 40, copies: copies.to_owned(), copies_articles: 90, articles }
    }

    fn number(text: &str) -> f64 {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(graph(&[]).is_none());
    }

    #[test]
    fn an_arrow_ends_at_who_is_copied_and_the_stronger_is_wider() {
        let g = graph(&[line("صدى", "نور", 9), line("نور", "صدى", 1)]).unwrap();
        let at = |name: &str| g.nodes.iter().find(|n| n.says.contains(name)).map(|n| (number(&n.x), number(&n.y))).unwrap();
        let strongest = g.arrows.last().unwrap();
        assert!(strongest.says.contains("صدى") && strongest.says.contains("9 articles"));
        let tip: Vec<f64> = strongest.head.split(' ').take(2).map(number).collect();
        let far = |name: &str| (at(name).0 - tip[0]).hypot(at(name).1 - tip[1]);
        assert!(far("نور") < RADIUS.1 + 2.0 && far("صدى") > 100.0, "{} {}", far("نور"), far("صدى"));
        assert!(number(&strongest.width) > number(&g.arrows[0].width));
        assert_ne!(strongest.path, g.arrows[0].path);
        assert!(g.says.starts_with("2 sources and 2 arrows:"));
    }

    #[test]
    fn only_as_much_is_drawn_as_has_room_and_always_the_same() {
        let lines: Vec<CopyLine> = (0..400).map(|n| line(&format!("s{}", n % 37), &format!("t{}", n % 11), 400 - n)).collect();
        let (a, b) = (graph(&lines).unwrap(), graph(&lines).unwrap());
        assert!(a.nodes.len() <= NODES && a.arrows.len() <= ARROWS && a.says.contains("the strongest of 400"));
        assert_eq!(a.arrows.iter().map(|x| &x.path).collect::<Vec<_>>(), b.arrows.iter().map(|x| &x.path).collect::<Vec<_>>());
        for n in &a.nodes {
            let (x, y) = (number(&n.x), number(&n.y));
            assert!((0.0..=SIZE.0).contains(&x) && (RADIUS.1..=SIZE.1 - RADIUS.1).contains(&y));
            assert_eq!(n.anchor == "start", x >= SIZE.0 / 2.0, "names stand outside");
        }
        // On one side no two names are on one line.
        for n in a.nodes.iter().filter(|n| n.anchor == "start") {
            let near = a.nodes.iter().filter(|m| m.anchor == "start" && (number(&m.y) - number(&n.y)).abs() < 20.0);
            assert_eq!(near.count(), 1, "{}", n.says);
        }
    }

    #[test]
    fn a_long_name_is_cut_where_it_is_drawn() {
        let long = "ك".repeat(400);
        let g = graph(&[line(&long, "نور", 2)]).unwrap();
        let n = g.nodes.iter().find(|n| n.name.contains('ك')).unwrap();
        assert!(n.name.chars().count() < NAME + 8 && n.name.contains('…'));
    }
}
