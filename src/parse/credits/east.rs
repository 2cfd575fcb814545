//! Datelines of East Asia, which stand in one run with the name or in brackets of their own.

use super::dateline::separators;
use super::marks::{Mark, Word, Words};
use crate::sources::{Sources, key};

/// Characters in which they end.
const RUN_CHARS: usize = 30;
/// Characters of the shortest name and of the longest.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=6;
/// Words between the bracket and the sign that ends the dateline of Korea: reporters.
const REPORTER_WORDS: usize = 4;

/// The agency of the dateline that `line` begins with, and the byte behind it.
pub fn find<'s>(line: &str, words: &mut Words<'_>, sources: &'s Sources) -> Option<(Vec<Mark<'s>>, usize)> {
    let first = words.get(0)?;
    let (mark, after) = match line.chars().next()? {
        '【' | '［' => japanese(line, sources).or_else(|| chinese(line, first, sources))?,
        '(' | '[' => korean(line, sources)?,
        _ => chinese(line, first, sources)?,
    };
    Some((vec![mark], after + separators(&line[after..])))
}

/// `新华社北京3月3日电`, `（中央社北京3日電）`: name, place and date in one run, closed by the sign for "wired".
fn chinese<'s>(line: &str, first: Word, sources: &'s Sources) -> Option<(Mark<'s>, usize)> {
    const WIRED: [char; 3] = ['电', '電', '讯'];
    let run = &line[first.start..first.end];
    let wired = run.char_indices().take(RUN_CHARS).find(|(_, c)| WIRED.contains(c)).map(|(at, c)| at + c.len_utf8())?;
    let names = NAME_CHARS.filter_map(|chars| run.char_indices().nth(chars).map(|(at, _)| &run[..at]));
    let mark = names.filter_map(|name| mark(line, name, sources)).next()?;
    let after = first.start + wired;
    let close = line[after..].chars().next().filter(|c| matches!(c, '）' | '】')).map_or(0, char::len_utf8);
    let after = after + close;
    Some((mark, after + reporters(&line[after..])))
}

/// Bytes of `（记者张三）`: who reported.
fn reporters(rest: &str) -> usize {
    let named = rest.strip_prefix(['（', '(']).filter(|named| named.starts_with("记者") || named.starts_with("記者"));
    let close = named.and_then(|named| named.char_indices().take(RUN_CHARS).find(|(_, c)| matches!(c, '）' | ')')));
    close.zip(named).map_or(0, |((at, c), named)| rest.len() - named.len() + at + c.len_utf8())
}

/// `【東京共同】`, `［東京　４日　ロイター］`: place and name.
fn japanese<'s>(line: &str, sources: &'s Sources) -> Option<(Mark<'s>, usize)> {
    let close = line.char_indices().take(RUN_CHARS).find(|(_, c)| matches!(c, '】' | '］'))?.0;
    let within = &line['【'.len_utf8()..close];
    // The longest first: `AFP時事` is no text of `時事`.
    let names = NAME_CHARS.rev().filter_map(|chars| within.char_indices().nth_back(chars - 1).map(|(at, _)| &within[at..]));
    Some((names.filter_map(|name| mark(line, name, sources)).next()?, close + '】'.len_utf8()))
}

/// `(서울=연합뉴스) 김철수 기자 = `: place and name, and often a reporter.
fn korean<'s>(line: &str, sources: &'s Sources) -> Option<(Mark<'s>, usize)> {
    let close = line.char_indices().take(RUN_CHARS).find(|(_, c)| matches!(c, ')' | ']'))?.0;
    let (_, name) = line[1..close].split_once('=')?;
    let mark = mark(line, name, sources)?;
    let after = close + 1;
    let reporter = line[after..].split_once('=').map(|(reporter, _)| reporter).filter(|r| r.split_whitespace().count() <= REPORTER_WORDS);
    Some((mark, after + reporter.map_or(0, |reporter| reporter.len() + 1)))
}

fn mark<'s>(line: &str, name: &str, sources: &'s Sources) -> Option<Mark<'s>> {
    let source = sources.credited(&key(name))?;
    let start = name.as_ptr() as usize - line.as_ptr() as usize;
    Some(Mark { source, found: name.to_owned(), start, end: start + name.len(), words: 1 })
}
