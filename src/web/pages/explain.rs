//! Why an article is where it is, and why two are, or are not, one event.

use super::weight::{HEADLINE, cut};
use super::{Answer, Ask, Problem, direction};
use crate::detect::evidence::Evidence;
use crate::store::rows::{ArticleDetail, ArticleLine};
use crate::view::explain::{FOUNDED, StoredPair, runner_up, why_not};
use crate::view::reasons::{Reason, measured, missing, points, quotes, sides};
use crate::view::{minute, short};

/// An article, named at the head of something.
pub struct Head {
    pub article: String,
    pub event: String,
    pub source: String,
    pub time: String,
    pub title: String,
    pub lang: String,
    /// Where its lines begin.
    pub direction: &'static str,
}

/// Names an article.
pub fn head(line: &ArticleLine) -> Head {
    Head {
        article: line.article.clone(),
        event: line.event.clone(),
        source: line.source.clone(),
        time: line.published.map_or_else(|| "no date".to_owned(), minute),
        title: if line.title.is_empty() { short(&line.article).to_owned() } else { cut(&line.title, HEADLINE) },
        lang: line.lang.clone(),
        direction: direction(&line.lang),
    }
}

/// A reason with the length of its bar, in thousandths of the longest.
struct Bar {
    says: String,
    feature: String,
    points: String,
    length: u32,
}

struct Block {
    what: &'static str,
    other: Option<Head>,
    measured: Vec<String>,
    speak_for: Vec<Bar>,
    against: Vec<Bar>,
    missing: String,
    sum: String,
    needed: String,
    quotes: Vec<String>,
    why_not: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "explain.html")]
struct Page {
    first: Head,
    second: Option<Head>,
    says: Vec<String>,
    blocks: Vec<Block>,
}

pub fn page(ask: &Ask) -> Result<Answer, Problem> {
    let Some(a) = ask.given.get("a") else {
        return super::compare::form(ask, false);
    };
    let a = ask.article(a)?;
    match ask.given.get("b") {
        None => Answer::page(&placement(ask, &a)),
        Some(b) => {
            let b = ask.article(b)?;
            ask.pair((&a, &b), |pair| Answer::page(&of_pair(pair)))
        }
    }
}

fn placement(ask: &Ask, a: &ArticleDetail) -> Page {
    let mut says = vec![format!("is in event {} as {}", short(&a.line.event), a.line.relation)];
    says.extend(a.because.matched.is_none().then(|| FOUNDED.to_owned()));
    let named = |e: &Evidence| ask.reader.article(e.other).ok().map(|o| head(&o.line));
    let told = |what, e: &Evidence, other| Block { other, ..block(what, e, a.because.threshold, a) };
    let matched = a.because.matched.as_ref().map(|e| told("because of its closest article there", e, named(e)));
    let runner_up = a.because.runner_up.as_ref().map(|e| {
        let other = named(e);
        let merged = other.as_ref().is_some_and(|o| o.event == a.line.event);
        Block { why_not: Some(why_not(a, e, merged)), ..told(runner_up(merged), e, other) }
    });
    let blocks = matched.into_iter().chain(runner_up).collect();
    Page { first: head(&a.line), second: None, says, blocks }
}

fn of_pair(pair: &StoredPair<'_>) -> Page {
    let (e, threshold) = pair.evidence();
    Page {
        first: head(&pair.earlier.line),
        second: Some(head(&pair.later.line)),
        says: vec![pair.verdict(), pair.standing()],
        blocks: vec![block("the evidence", e, threshold, pair.later)],
    }
}

fn block(what: &'static str, e: &Evidence, threshold: f32, a: &ArticleDetail) -> Block {
    let (speak_for, against) = sides(e);
    let longest = speak_for.iter().chain(&against).map(|r| r.points.abs()).fold(1.0, f32::max);
    let bar = |r: Reason| Bar {
        says: r.says,
        feature: r.feature,
        points: format!("{:+.1}", r.points),
        length: (r.points.abs() / longest * 1000.0) as u32,
    };
    let (sum, needed) = points(e, threshold);
    Block {
        what,
        other: None,
        measured: measured(e, threshold),
        speak_for: speak_for.into_iter().map(bar).collect(),
        against: against.into_iter().map(bar).collect(),
        missing: missing(e).join(", "),
        sum: format!("{sum:+.1}"),
        needed: format!("{needed:+.1}"),
        quotes: quotes(e, &a.line.title, &a.text, &a.line.lang),
        why_not: None,
    }
}
