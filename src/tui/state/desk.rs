//! The editor's keys: what is marked, and what is asked before an edit is made. An edit is only asked for here; the store makes it, or
//! refuses it, on the path that the commands take.

use super::{Key, Mode, State, Typed};
use crate::edit::Command;
use crate::tui::page::Address;
use crate::view::short;

/// Longest answer that can be typed, in characters: what the store keeps of a reason.
const LONGEST: usize = 500;

/// What is asked before an edit is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asking {
    /// The new headline of an event.
    Headline(String),
    /// The number of the edit that is to be undone.
    Undo,
    /// The reason for an edit.
    Why(Command),
}

/// What an editor's key leads to.
enum Step {
    Ask(Asking),
    Say(&'static str),
}

impl Asking {
    /// What stands before the answer.
    pub fn prompt(&self) -> String {
        match self {
            Self::Headline(event) => format!("headline of event {}: ", short(event)),
            Self::Undo => "undo edit (its number, or nothing for the last that counts): ".to_owned(),
            Self::Why(command) => format!("{} – why? ", says(command)),
        }
    }

    /// The next question, and the edit itself once nothing is left to ask.
    fn answered(self, line: &str) -> Result<Self, (Command, String)> {
        let line = line.trim();
        match self {
            Self::Headline(_) if line.is_empty() => Ok(self),
            Self::Headline(event) => Ok(Self::Why(Command::Headline { event, text: line.to_owned() })),
            // What is no number of an edit, being too large, is refused by the store with the numbers that there are.
            Self::Undo => Ok(Self::Why(Command::Undo { edit: (!line.is_empty()).then(|| line.parse().unwrap_or(u32::MAX)) })),
            Self::Why(command) => Err((command, line.to_owned())),
        }
    }

    /// The character that is typed, if it can be part of an answer.
    fn taken(&self, c: char) -> Option<char> {
        match (self, c) {
            (Self::Undo, '٠'..='٩') => char::from_digit(u32::from(c) - u32::from('٠'), 10),
            (Self::Undo, c) => c.is_ascii_digit().then_some(c),
            _ => Some(c),
        }
    }
}

/// What an edit would do, in words.
fn says(command: &Command) -> String {
    match command {
        Command::Merge { into, from } => format!("merge event {} into {}", short(from), short(into)),
        Command::Split { event, articles } if articles.len() == 1 => format!("split {} off from {}", short(&articles[0]), short(event)),
        Command::Split { event, articles } => format!("split {} articles off from {}", articles.len(), short(event)),
        Command::Move { article, event } => format!("move {} to event {}", short(article), short(event)),
        Command::Pin { a, b } => format!("pin {} and {} together", short(a), short(b)),
        Command::Unpin { a, b } => format!("unpin {} and {}", short(a), short(b)),
        Command::MarkRoundup { article } => format!("mark {} as a round-up", short(article)),
        Command::Headline { event, .. } => format!("a headline for {}", short(event)),
        Command::Undo { edit: None } => "undo the last edit".to_owned(),
        Command::Undo { edit: Some(no) } => format!("undo edit {no}"),
    }
}

impl State {
    /// Takes a key of the editor's.
    pub(super) fn edit_by(&mut self, key: char) {
        let step = match key {
            'M' => self.merge(),
            'S' => self.split(),
            'V' => self.relocate(),
            'P' => self.pair("marked; now P on another article pins the two together", |a, b| Command::Pin { a, b }),
            'U' => self.pair("marked; now U on another article unpins the two", |a, b| Command::Unpin { a, b }),
            'R' => match self.article_here() {
                Some(article) => Step::Ask(Asking::Why(Command::MarkRoundup { article })),
                None => Step::Say("R marks an article as a round-up: select one"),
            },
            'H' => match self.event_here() {
                Some(event) => Step::Ask(Asking::Headline(event)),
                None => Step::Say("H gives an event a headline: select one"),
            },
            'Z' => Step::Ask(Asking::Undo),
            _ => self.mark(),
        };
        match step {
            Step::Ask(asking) => self.mode = Mode::Asked(asking, Typed::default()),
            Step::Say(message) => self.say(message),
        }
    }

    /// Takes a key while something is asked.
    pub(super) fn answer(&mut self, asking: Asking, mut line: Typed, key: Key) {
        match key {
            Key::Escape => self.say("nothing was edited"),
            Key::Enter => match asking.answered(line.text()) {
                Ok(next) => self.mode = Mode::Asked(next, Typed::default()),
                Err(wanted) => self.wanted = Some(wanted),
            },
            key => {
                let taken = if let Key::Char(c) = key { asking.taken(c).map(Key::Char) } else { Some(key) };
                if let Some(key) = taken {
                    line.take(key, LONGEST);
                }
                self.mode = Mode::Asked(asking, line);
            }
        }
    }

    /// The edit that is asked for, with the reason, once.
    pub fn wanted(&mut self) -> Option<(Command, String)> {
        self.wanted.take()
    }

    /// An edit was made: what was marked for it is not any more, and no page may look as it did.
    pub fn edited(&mut self) {
        self.marked.clear();
        self.pages.iter_mut().for_each(|shown| shown.stale = true);
    }

    /// Whether what an address leads to is marked.
    pub fn is_marked(&self, address: Option<&Address>) -> bool {
        address.is_some_and(|address| self.marked.contains(address))
    }

    /// The event that is selected, or shown.
    fn event_here(&self) -> Option<String> {
        self.here().find_map(|address| if let Address::Event(id) = address { Some(id.clone()) } else { None })
    }

    /// The article that is selected, or shown.
    pub(super) fn article_here(&self) -> Option<String> {
        self.here().find_map(|address| if let Address::Article(id) = address { Some(id.clone()) } else { None })
    }

    fn here(&self) -> impl Iterator<Item = &Address> {
        [self.selected(), self.page().map(|p| &p.address)].into_iter().flatten()
    }

    fn marked_events(&self) -> Vec<String> {
        self.marked.iter().filter_map(|address| if let Address::Event(id) = address { Some(id.clone()) } else { None }).collect()
    }

    pub(super) fn marked_articles(&self) -> Vec<String> {
        self.marked.iter().filter_map(|address| if let Address::Article(id) = address { Some(id.clone()) } else { None }).collect()
    }

    /// Marks what is selected or, if nothing that can be marked is, what is shown; takes the mark away where there is one.
    fn mark(&mut self) -> Step {
        let markable = |address: &&Address| matches!(address, Address::Event(_) | Address::Article(_));
        let Some(address) = self.here().find(markable).cloned() else { return Step::Say("x marks an event or an article: select one") };
        match self.marked.iter().position(|marked| *marked == address) {
            Some(at) => {
                self.marked.remove(at);
                Step::Say("not marked any more")
            }
            None => {
                self.marked.push(address);
                Step::Say("marked")
            }
        }
    }

    fn merge(&mut self) -> Step {
        let Some(into) = self.event_here() else { return Step::Say("M merges events: select one") };
        let mut others = self.marked_events();
        others.retain(|event| *event != into);
        match (others.pop(), others.is_empty()) {
            (None, _) => self.mark_first(Address::Event(into), "marked; now M on another event merges this one into that"),
            (Some(from), true) => Step::Ask(Asking::Why(Command::Merge { into, from })),
            (Some(_), false) => Step::Say("several events are marked, and one is merged at a time: x takes a mark away"),
        }
    }

    fn split(&mut self) -> Step {
        let Some(Address::Event(event)) = self.page().map(|p| p.address.clone()) else {
            return Step::Say("S splits articles off from the event that is shown: open one");
        };
        let mut articles = self.marked_articles();
        if articles.is_empty() {
            articles.extend(self.article_here());
        }
        match articles.is_empty() {
            true => Step::Say("S splits articles off: select one, or mark several with x"),
            false => Step::Ask(Asking::Why(Command::Split { event, articles })),
        }
    }

    fn relocate(&mut self) -> Step {
        let mut articles = self.marked_articles();
        match (articles.pop(), articles.is_empty(), self.event_here(), self.article_here()) {
            (None, _, _, None) => Step::Say("V moves an article: select one"),
            (None, _, _, Some(article)) => self.mark_first(Address::Article(article), "marked; now V on another event moves it there"),
            (Some(_), false, ..) => Step::Say("several articles are marked, and one is moved at a time: x takes a mark away"),
            (Some(_), true, None, _) => Step::Say("V moves the marked article to an event: select that"),
            (Some(article), true, Some(event), _) => Step::Ask(Asking::Why(Command::Move { article, event })),
        }
    }

    /// An edit of two articles: the one that is marked, and the one that is selected.
    fn pair(&mut self, first: &'static str, command: fn(String, String) -> Command) -> Step {
        let Some(article) = self.article_here() else { return Step::Say("P and U are about two articles: select one") };
        let mut others = self.marked_articles();
        others.retain(|other| *other != article);
        match (others.pop(), others.is_empty()) {
            (None, _) => self.mark_first(Address::Article(article), first),
            (Some(other), true) => Step::Ask(Asking::Why(command(other, article))),
            (Some(_), false) => Step::Say("several articles are marked, and two are pinned at a time: x takes a mark away"),
        }
    }

    /// Marks the first of two things that an edit is about.
    fn mark_first(&mut self, address: Address, say: &'static str) -> Step {
        if !self.marked.contains(&address) {
            self.marked.push(address);
        }
        Step::Say(say)
    }
}
