//! The editor's keys of the terminal browser, over a store into which articles keep coming: what they ask, what they make, what is refused.

mod desk;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use wirefold::edit::Command;
use wirefold::store::Reader;
use wirefold::tui::draw::{Look, draw};
use wirefold::tui::page::Address;
use wirefold::tui::state::{Asking, Input, Key, Mode, State, Typed};
use wirefold::tui::{self, load};

use desk::{Desk, stream};

struct Browser {
    desk: Desk,
    state: State,
}

impl Browser {
    fn new() -> Self {
        let mut browser = Self { desk: Desk::with(&stream()[..150]), state: State::new(0) };
        browser.state.input(Input::Size(80, 24));
        browser.open(Address::Events { by_size: true, min_sources: 1, after: None });
        browser
    }

    fn load(&mut self, address: &Address, again: bool) {
        let page = load::page(&Reader::open(&self.desk.config.store).unwrap(), &self.desk.config, address).unwrap();
        self.state.show(page, again);
    }

    fn open(&mut self, address: Address) {
        self.load(&address, false);
    }

    /// Moves to the row that leads to an address.
    fn select(&mut self, address: &Address) {
        self.key(Key::Home);
        for _ in 0..500 {
            if self.state.selected() == Some(address) {
                return;
            }
            self.key(Key::Down);
        }
        panic!("{address:?} is not on the page");
    }

    fn key(&mut self, key: Key) {
        if let Some((address, again)) = self.state.input(Input::Key(key)) {
            self.load(&address, again);
        }
        if let Some((command, why)) = self.state.wanted() {
            tui::edit(&self.desk.config, &mut self.state, command, "سارة", &why);
        }
    }

    fn keys(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.key(if c == '\n' { Key::Enter } else { Key::Char(c) }));
    }

    fn screen(&self) -> Vec<String> {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| draw(&self.state, frame, Look { visual: false, colour: false })).unwrap();
        let buffer = terminal.backend().buffer();
        (0..24).map(|y| (0..80).map(|x| buffer[(x, y)].symbol().to_owned()).collect::<String>().trim_end().to_owned()).collect()
    }

    /// All that is on the screen, without the breaks of its lines.
    fn said(&self) -> String {
        self.screen().join(" ")
    }

    fn edits(&self) -> Vec<(String, String, String)> {
        self.desk.reader().edits(None, 50, 0).unwrap().0.into_iter().map(|e| (e.kind, e.who, e.why)).collect()
    }

    /// The two largest events.
    fn events(&self) -> [(String, Vec<String>); 2] {
        let mut events: Vec<_> = self.desk.events().into_iter().collect();
        events.sort_by_key(|(id, all)| (std::cmp::Reverse(all.len()), id.clone()));
        [events[0].clone(), events[1].clone()]
    }
}

fn event(id: &str) -> Address {
    Address::Event(id.to_owned())
}

fn article(id: &str) -> Address {
    Address::Article(id.to_owned())
}

fn edited(kind: &str, why: &str) -> (String, String, String) {
    (kind.to_owned(), "سارة".to_owned(), why.to_owned())
}

#[test]
fn two_events_are_merged_with_a_reason_and_taken_apart_again() {
    let mut browser = Browser::new();
    let [(into, there), (from, come)] = browser.events();
    let before = browser.desk.decided();
    browser.select(&event(&from));
    browser.keys("M");
    let screen = browser.screen();
    assert!(screen[23].contains("M on another event"), "{screen:?}");
    assert_eq!(screen.iter().filter(|l| l.ends_with('*')).count(), 1, "what is marked shows it: {screen:?}");
    browser.keys("M");
    assert_eq!(browser.state.mode(), &Mode::Browse, "an event is not merged into itself");
    browser.select(&event(&into));
    browser.keys("M");
    assert!(browser.screen()[23].starts_with(&format!("merge event {} into {} – why?", &from[..8], &into[..8])), "{:?}", browser.screen());
    browser.keys("خبر واحدx");
    browser.key(Key::Backspace);
    browser.keys("\n");
    assert_eq!(browser.edits(), [edited("merge", "خبر واحد")]);
    assert!(browser.said().contains(&format!("edit 1: merged event {} into {}", &from[..8], &into[..8])), "{:?}", browser.screen());
    assert!(!browser.screen().iter().any(|l| l.ends_with('*')), "nothing is marked any more");
    assert!(there.iter().chain(&come).all(|a| browser.desk.event_of(a) == into));
    browser.desk.take(&stream()[150..170]);
    let home = browser.desk.event_of(&there[0]);
    assert!(come.iter().all(|a| browser.desk.event_of(a) == home), "whoever takes articles beside it follows");

    let mut browser = Browser::new();
    browser.select(&event(&from));
    browser.keys("M");
    browser.select(&event(&into));
    browser.keys("M\nZ٢1");
    assert_eq!(browser.state.mode(), &Mode::Asked(Asking::Undo, Typed::new("21")), "digits of any keyboard");
    browser.keys("\n\n");
    assert!(browser.said().contains("no edit 21"), "{:?}", browser.screen());
    browser.keys("Z\nدليل جديد\n");
    assert_eq!(browser.edits(), [edited("undo", "دليل جديد"), edited("merge", "")]);
    assert_eq!(browser.desk.decided(), before, "all is as it was");
}

#[test]
fn articles_are_split_off_and_moved() {
    let mut browser = Browser::new();
    let [(from, all), (to, _)] = browser.events();
    browser.keys("S");
    assert!(browser.screen()[23].contains("open one"), "{:?}", browser.screen());
    browser.open(event(&from));
    for id in &all[1..3] {
        browser.select(&article(id));
        browser.keys("x");
    }
    browser.keys("S");
    assert!(browser.screen()[23].starts_with(&format!("split 2 articles off from {}", &from[..8])), "{:?}", browser.screen());
    browser.keys("حريقان\n");
    let apart = browser.desk.event_of(&all[1]);
    assert!(apart != from && browser.desk.event_of(&all[2]) == apart && browser.desk.event_of(&all[0]) == from);
    assert!(browser.state.page().unwrap().rows.iter().any(|r| r.spans.iter().any(|s| s.text.as_str().contains("edit 1: split"))));

    browser.select(&article(&all[0]));
    browser.keys("V");
    browser.key(Key::Escape);
    browser.select(&event(&to));
    browser.keys("V");
    assert!(browser.screen()[23].starts_with(&format!("move {} to event {}", &all[0][..8], &to[..8])), "{:?}", browser.screen());
    browser.keys("\n");
    assert_eq!(browser.desk.event_of(&all[0]), to);
    assert_eq!(browser.edits(), [edited("move", ""), edited("split", "حريقان")]);
}

#[test]
fn what_stands_against_an_edit_is_named_as_on_the_command_line() {
    let mut browser = Browser::new();
    let [(from, all), _] = browser.events();
    browser.open(event(&from));
    browser.select(&article(&all[0]));
    browser.keys("P");
    browser.select(&article(&all[1]));
    browser.keys("Pنص واحد\n");
    assert_eq!(browser.edits(), [edited("pin", "نص واحد")]);
    let refused = browser.desk.refusal(Command::Split { event: from.clone(), articles: vec![all[1].clone()] });
    browser.keys("S\n");
    let said = browser.said().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&refused.0) && said.contains(&format!("hint: {}", refused.1)), "{refused:?}: {said}");
    assert_eq!(browser.edits().len(), 1, "nothing was edited");
    browser.key(Key::Escape);
    assert!(!browser.said().contains("hint:"), "a key takes the message away");
    browser.open(event(&from));
    browser.select(&article(&all[0]));
    browser.keys("U");
    browser.select(&article(&all[1]));
    browser.keys("U\nS\n");
    assert_eq!(browser.edits().iter().map(|e| &*e.0).collect::<Vec<_>>(), ["split", "unpin", "pin"]);
}

#[test]
fn a_headline_a_round_up_and_a_change_of_mind() {
    let mut browser = Browser::new();
    let [(largest, all), _] = browser.events();
    browser.select(&event(&largest));
    browser.keys("H\n");
    assert_eq!(browser.state.mode(), &Mode::Asked(Asking::Headline(largest.clone()), Typed::default()), "a headline is needed");
    browser.keys("عنوان أوضح");
    browser.key(Key::Escape);
    assert!(browser.edits().is_empty() && browser.screen()[23].contains("nothing was edited"));
    browser.keys("Hعنوان أوضح\nأدق\n");
    assert!(browser.said().contains("عنوان أوضح"));
    let head = browser.state.page().unwrap().rows.iter().find(|r| r.target == Some(event(&largest))).unwrap().spans[0].text.clone();
    assert_eq!(head.as_str(), "عنوان أوضح", "the list shows it at once");
    browser.open(event(&largest));
    browser.select(&article(&all[2]));
    browser.keys("Rنشرة\n");
    assert_ne!(browser.desk.event_of(&all[2]), largest);
    assert_eq!(browser.edits(), [edited("mark", "نشرة"), edited("headline", "أدق")]);
    browser.key(Key::Escape);
    let shown = browser.state.page().unwrap();
    let alone = event(&browser.desk.event_of(&all[2]));
    assert!(shown.rows.iter().any(|r| r.target.as_ref() == Some(&alone)), "the page before is brought up to date");
}

#[test]
fn what_comes_in_takes_neither_question_nor_answer_away() {
    let mut browser = Browser::new();
    let [(largest, _), _] = browser.events();
    browser.select(&event(&largest));
    browser.keys("Hnew");
    browser.desk.take(&stream()[150..160]);
    let (address, again) = browser.state.input(Input::Changed(7)).unwrap();
    browser.load(&address, again);
    assert!(browser.screen()[23].ends_with(": new"), "{:?}", browser.screen());
    browser.keys(&"عنوان طويل ".repeat(12));
    let line = &browser.screen()[23];
    assert!(line.starts_with("headline of event") && line.contains("طويل"), "the end of what is typed is seen: {line}");
    browser.keys("\n\n");
    assert_eq!(browser.edits().len(), 1);
    browser.desk.take(&stream()[160..165]);
    let (address, again) = browser.state.input(Input::Changed(8)).unwrap();
    browser.load(&address, again);
    assert!(browser.said().contains("edit 1: called event"), "what was done stays said until a key");
}
