//! How an event spread: its articles along the hours, as a drawing.

use jiff::Timestamp;

/// Width and height of the drawing's own units; the page scales it.
const WIDTH: f64 = 600.0;
const EDGE: f64 = 8.0;

/// Articles drawn on the page of an event, and of each in a list; the earliest of a flood show how it began.
pub const DRAWN: usize = 80;
pub const LISTED: usize = 12;

/// A drawing.
pub struct Spread {
    /// One mark an article.
    pub marks: Vec<Mark>,
    /// What it shows, for those who do not see it.
    pub says: String,
}

/// An article in the drawing.
pub struct Mark {
    /// How far to the right.
    pub x: String,
    /// Whether it is in words of its own: a disc above the line; else a bar below.
    pub own: bool,
    /// Class of its source's colour.
    pub class: String,
    /// Who and when; nothing where there is no room for it.
    pub says: String,
}

/// An article to be drawn.
pub struct Dot {
    /// When.
    pub at: Option<Timestamp>,
    /// How it stands to the event.
    pub relation: String,
    /// Class of its source's colour.
    pub class: String,
    /// Who and when.
    pub says: String,
}

/// Draws as many articles as may be whose time is known; nothing where that are fewer than two.
pub fn spread(dots: Vec<Dot>, drawn: usize) -> Option<Spread> {
    let seconds: Vec<i64> = dots.iter().filter_map(|d| d.at.map(|at| at.as_second())).collect();
    let (first, last) = (*seconds.iter().min()?, *seconds.iter().max()?);
    if seconds.len() < 2 {
        return None;
    }
    let hours = crate::view::hours((last - first) as f64 / 3600.0);
    let says = format!("published {} times over {hours}, from left to right: own words above the line, copies below", seconds.len());
    let along = |at: Timestamp| EDGE + (at.as_second() - first) as f64 / ((last - first).max(1)) as f64 * (WIDTH - 2.0 * EDGE);
    let mark = |d: Dot| {
        let own = matches!(d.relation.as_str(), "first" | "report" | "roundup");
        d.at.map(|at| Mark { x: format!("{:.1}", along(at)), own, class: d.class, says: d.says })
    };
    Some(Spread { marks: dots.into_iter().filter_map(mark).take(drawn).collect(), says })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_places_from_edge_to_edge() {
        let dot = |hour: Option<i64>| Dot {
            at: hour.map(|h| Timestamp::from_second(h * 3600).unwrap()),
            relation: "copy".to_owned(),
            class: String::new(),
            says: String::new(),
        };
        let places = |hours: &[Option<i64>]| {
            spread(hours.iter().map(|h| dot(*h)).collect(), DRAWN).map(|s| s.marks.into_iter().map(|m| m.x).collect::<Vec<_>>())
        };
        assert_eq!(places(&[Some(0), None, Some(5), Some(10)]).unwrap(), ["8.0", "300.0", "592.0"]);
        assert_eq!(places(&[Some(3), Some(3)]).unwrap(), ["8.0", "8.0"], "all at one time");
        assert_eq!(places(&[Some(3), None]), None);
    }
}
