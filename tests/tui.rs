//! The terminal browser: what keys and mouse do, without a terminal; and what is drawn, on one that is only a buffer.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Modifier;
use wirefold::config::Config;
use wirefold::demo;
use wirefold::search::catch_up;
use wirefold::store::Reader;
use wirefold::text::clean::Safe;
use wirefold::tui::draw::{Look, draw};
use wirefold::tui::page::{Address, Page, Row, Tone};
use wirefold::tui::state::{Input, KEYS, Key, Mode, State, Typed};
use wirefold::tui::{self, load};

const LOGICAL: Look = Look { visual: false, colour: false };

struct Desk {
    _folder: tempfile::TempDir,
    config: Config,
    state: State,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, _) = demo::ingest(folder.path(), None).unwrap();
        catch_up(&config.store, || true).unwrap();
        let mut desk = Self { _folder: folder, config, state: State::new(0) };
        desk.give(Input::Size(80, 24));
        desk.load(Address::start(), false);
        desk
    }

    fn load(&mut self, address: Address, again: bool) {
        let page = load::page(&Reader::open(&self.config.store).unwrap(), &self.config, &address).unwrap();
        self.state.show(page, again);
    }

    fn give(&mut self, input: Input) {
        if let Some((address, again)) = self.state.input(input) {
            self.load(address, again);
        }
    }

    fn keys(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.give(Input::Key(if c == '\n' { Key::Enter } else { Key::Char(c) })));
    }

    fn address(&self) -> &Address {
        &self.state.page().unwrap().address
    }

    fn screen(&self, look: Look) -> Vec<String> {
        drawn(&self.state, 80, 24, look)
    }
}

fn drawn(state: &State, width: u16, height: u16, look: Look) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(state, frame, look)).unwrap();
    let buffer = terminal.backend().buffer();
    let line = |y: u16| (0..width).map(|x| buffer[(x, y)].symbol().to_owned()).collect::<String>().trim_end().to_owned();
    (0..height).map(line).collect()
}

fn list(n: u32) -> Page {
    let event = |n: u32| {
        let head = Row::text(0).with(Tone::Strong, &format!("event {n}")).to(Address::Event(format!("e{n}")));
        [head, Row::new(2).with(Tone::Faint, "when"), Row::new(2).with(Tone::Plain, "who")]
    };
    Page { address: Address::start(), title: Safe::line("list"), rows: (0..n).flat_map(event).collect(), behind: 0 }
}

fn state(page: Page) -> State {
    let mut state = State::new(0);
    state.input(Input::Size(80, 12));
    state.show(page, false);
    state
}

fn press(state: &mut State, key: char) -> Option<(Address, bool)> {
    state.input(Input::Key(Key::Char(key)))
}

fn selected(state: &State) -> String {
    match state.selected() {
        Some(Address::Event(id)) => id.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_row_is_reached_and_seen_whole() {
    let mut state = state(list(20));
    for n in 0..20 {
        assert_eq!(selected(&state), format!("e{n}"));
        let (lines, rows) = state.visible();
        assert_eq!(rows.len(), 3);
        assert!(rows.clone().all(|row| lines.iter().any(|l| l.row == row)), "event {n} is seen whole");
        press(&mut state, 'j');
    }
    for n in (0..19).rev() {
        press(&mut state, 'k');
        assert_eq!(selected(&state), format!("e{n}"));
        assert!(state.visible().0.iter().any(|l| l.row == state.visible().1.start));
    }
    press(&mut state, 'G');
    assert_eq!(selected(&state), "e19");
    press(&mut state, 'g');
    assert_eq!((selected(&state), state.visible().0[0].row), ("e0".to_owned(), 0));
    state.input(Input::Key(Key::PageDown));
    let (lines, rows) = state.visible();
    assert!(lines[0].row > 0 && lines.iter().any(|l| l.row == rows.start), "what is selected is on the screen");
}

#[test]
fn a_long_text_is_read_line_by_line() {
    let rows = vec![
        Row::new(0).with(Tone::Plain, "first").to(Address::Event("a".into())),
        Row::text(0).with(Tone::Plain, &"word ".repeat(800)),
        Row::new(0).with(Tone::Plain, "last").to(Address::Event("b".into())),
    ];
    let mut state = state(Page { address: Address::Article("x".into()), title: Safe::line("t"), rows, behind: 0 });
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..80 {
        let first = state.visible().0[0].clone();
        seen.insert((first.row, state.progress().unwrap()));
        press(&mut state, 'j');
    }
    assert_eq!(selected(&state), "b");
    assert!(seen.len() > 20, "no line was jumped over: {}", seen.len());
}

#[test]
fn pages_are_opened_and_left_where_they_were() {
    let mut state = state(list(20));
    (0..7).for_each(|_| drop(press(&mut state, 'j')));
    let top = state.visible().0[0].row;
    assert_eq!(state.input(Input::Key(Key::Enter)), Some((Address::Event("e7".into()), false)));
    state.show(list(2), false);
    assert_eq!(selected(&state), "e0");
    state.input(Input::Key(Key::Escape));
    assert_eq!((selected(&state), state.visible().0[0].row), ("e7".to_owned(), top));
    state.input(Input::Key(Key::Escape));
    assert_eq!(selected(&state), "e7", "the first page stays");
    press(&mut state, 'q');
    assert!(state.is_over());
}

#[test]
fn what_comes_in_moves_nothing_that_is_looked_at() {
    let mut state = state(list(20));
    (0..9).for_each(|_| drop(press(&mut state, 'j')));
    let row_on_screen = |state: &State| {
        let (lines, rows) = state.visible();
        lines.iter().position(|l| l.row == rows.start)
    };
    let before = row_on_screen(&state);
    assert_eq!(state.input(Input::Changed(5)), Some((Address::start(), true)));
    assert_eq!(state.step(), 5);
    let mut page = list(20);
    let new = Row::text(0).with(Tone::Strong, "new").to(Address::Event("new".into()));
    page.rows.splice(0..0, [new, Row::new(2).with(Tone::Faint, "when")]);
    state.show(page, true);
    assert_eq!((selected(&state), row_on_screen(&state)), ("e9".to_owned(), before));
    state.show(Page { address: Address::Article("x".into()), title: Safe::line("t"), rows: vec![], behind: 0 }, false);
    assert_eq!(state.input(Input::Changed(6)), None, "an article stays as it is");
}

#[test]
fn the_mouse_selects_opens_and_scrolls() {
    let mut state = state(list(20));
    assert_eq!(state.input(Input::Click(3, 5)), None);
    assert_eq!(selected(&state), "e1", "the second row of an event is of that event");
    assert_eq!(state.input(Input::Click(3, 4)), Some((Address::Event("e1".into()), false)));
    state.input(Input::Wheel(true));
    assert_eq!(state.visible().0[0].row, 3);
    for (x, y) in [(0, 0), (79, 11), (200, 200)] {
        assert_eq!(state.input(Input::Click(x, y)), None);
    }
}

#[test]
fn a_query_is_typed_changed_and_given_up() {
    let mut state = state(list(3));
    press(&mut state, '/');
    "هدنةq".chars().for_each(|c| drop(press(&mut state, c)));
    state.input(Input::Key(Key::Backspace));
    assert_eq!(state.mode(), &Mode::Typing(Typed::new("هدنة")));
    let wanted = Address::Search { line: "هدنة".to_owned(), below: None };
    assert_eq!(state.input(Input::Key(Key::Enter)), Some((wanted, false)));
    press(&mut state, '/');
    press(&mut state, 'x');
    assert_eq!(state.input(Input::Key(Key::Escape)), None);
    assert_eq!(state.mode(), &Mode::Browse);
    press(&mut state, '/');
    assert_eq!(state.input(Input::Key(Key::Enter)), None, "nothing was typed");
}

#[test]
fn a_line_is_changed_in_its_middle() {
    let mut state = state(list(3));
    let give = |state: &mut State, key: Key| state.input(Input::Key(key));
    press(&mut state, '/');
    "fery كارثة".chars().for_each(|c| drop(press(&mut state, c)));
    give(&mut state, Key::Control('w'));
    for key in [Key::Backspace, Key::Left, Key::Char('r'), Key::End, Key::Char('*'), Key::Home, Key::Delete, Key::Char('F')] {
        assert_eq!(give(&mut state, key), None);
    }
    let wanted = Address::Search { line: "Ferry*".to_owned(), below: None };
    assert_eq!(give(&mut state, Key::Enter), Some((wanted, false)));
    for key in [Key::Char('H'), Key::Char('b'), Key::Char('c'), Key::Left, Key::Control('u'), Key::Char('a'), Key::Right] {
        give(&mut state, key);
    }
    assert!(matches!(state.mode(), Mode::Asked(_, line) if *line == Typed::new("ac")), "{:?}", state.mode());
}

#[test]
fn the_cursor_is_seen_where_the_next_letter_goes() {
    let cursor = |state: &State, look: Look| {
        let mut terminal = Terminal::new(TestBackend::new(20, 12)).unwrap();
        terminal.draw(|frame| draw(state, frame, look)).unwrap();
        let at = terminal.get_cursor_position().unwrap();
        assert_eq!(at.y, 11);
        let line = |x: u16| terminal.backend().buffer()[(x, 11)].symbol().to_owned();
        (usize::from(at.x), (0..20).map(line).collect::<String>().trim_end().to_owned())
    };
    let visual = Look { visual: true, colour: false };
    let mut state = state(list(3));
    press(&mut state, '/');
    "نور".chars().for_each(|c| drop(press(&mut state, c)));
    assert_eq!(cursor(&state, LOGICAL), (4, "/نور".to_owned()));
    assert_eq!(cursor(&state, visual), (1, "/ رون".to_owned()), "left of the last letter");
    state.input(Input::Key(Key::Left));
    assert_eq!(cursor(&state, LOGICAL), (3, "/نور".to_owned()));
    assert_eq!(cursor(&state, visual), (1, "/رون".to_owned()), "on the last letter, which now stands leftmost");
    state.input(Input::Key(Key::Home));
    assert_eq!(cursor(&state, LOGICAL), (1, "/نور".to_owned()));
    assert_eq!(cursor(&state, visual), (3, "/رون".to_owned()));
    "0123456789 0123456789".chars().for_each(|c| drop(press(&mut state, c)));
    for look in [LOGICAL, visual] {
        let (at, line) = cursor(&state, look);
        assert!(at == 19 && line.starts_with('/') && line.contains("0123456789"), "the cursor stays in sight: {at} {line}");
    }
}

#[test]
fn nothing_falls_over_on_any_terminal() {
    let desk = Desk::new();
    for (width, height) in [(80, 24), (1, 1), (2, 3), (20, 2), (300, 100), (7, 40)] {
        let mut state = desk.state.clone();
        state.input(Input::Size(width, height));
        for key in [
            Key::Down,
            Key::PageDown,
            Key::End,
            Key::Up,
            Key::Home,
            Key::Char('?'),
            Key::Char('x'),
            Key::Char('/'),
            Key::Char('ع'),
            Key::Char('x'),
            Key::Home,
            Key::Right,
        ] {
            state.input(Input::Key(key));
            for visual in [false, true] {
                drawn(&state, width, height, Look { visual, colour: true });
            }
        }
    }
    let mut empty = State::new(0);
    for key in [Key::Down, Key::Enter, Key::Char('c'), Key::Char('o'), Key::End] {
        empty.input(Input::Key(key));
    }
    drawn(&empty, 80, 24, LOGICAL);
}

#[test]
fn the_whole_way_through_a_store() {
    let mut desk = Desk::new();
    let screen = desk.screen(LOGICAL).join("\n");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| draw(&desk.state, frame, LOGICAL)).unwrap();
    let marked = |y: u16| terminal.backend().buffer()[(40, y)].modifier.contains(Modifier::REVERSED);
    assert_eq!((0..24).filter(|y| marked(*y)).collect::<Vec<_>>(), [0, 1, 2, 3], "the title, and the three lines of what is selected");
    assert!(screen.starts_with(" wirefold: ") && screen.contains("events, newest first") && screen.contains("independent"), "{screen}");
    desk.keys("om");
    assert!(desk.screen(LOGICAL)[0].contains("largest first, 2 sources or more"));
    desk.keys("\n");
    let screen = desk.screen(LOGICAL).join("\n");
    assert!(screen.contains("sources, by first report") && screen.contains("of it from"), "{screen}");
    desk.keys("\n");
    let first = desk.address().clone();
    assert!(matches!(first, Address::Article(_)));
    assert!(desk.screen(LOGICAL).join("\n").contains("words: "));
    desk.keys("c");
    assert!(desk.screen(LOGICAL)[23].contains("marked"));
    desk.give(Input::Key(Key::Escape));
    desk.keys("jc");
    assert!(matches!(desk.address(), Address::Compare(..)), "{:?}", desk.address());
    let rows = &desk.state.page().unwrap().rows;
    assert!(rows.iter().any(|r| r.spans.iter().any(|s| s.text.as_str() == "both")), "what both have stands once");
    desk.keys("/fog\n");
    let screen = desk.screen(LOGICAL).join("\n");
    assert!(screen.starts_with(" search: fog") && screen.contains("found"), "{screen}");
    desk.keys("?");
    assert!(
        KEYS.iter().all(|(keys, what)| desk.screen(LOGICAL).iter().any(|l| l.contains(keys) && l.contains(what))),
        "the help fits on 80 by 24"
    );
}

#[test]
fn a_store_that_nobody_has_searched_is_searched_here() {
    let folder = tempfile::tempdir().unwrap();
    let (config, _) = demo::ingest(folder.path(), None).unwrap();
    let shown = |state: &State| drawn(state, 80, 24, LOGICAL).join("\n");
    let mut unfilled = State::new(Reader::open(&config.store).unwrap().last_step().unwrap());
    let search = || Address::Search { line: "fog".to_owned(), below: None };
    tui::show(&config, &mut unfilled, search(), false);
    assert!(shown(&unfilled).contains("not searched yet: ") && unfilled.page().unwrap().behind > 0, "{}", shown(&unfilled));
    assert_eq!(tui::news(&config, &unfilled), None, "nothing went on");
    let (mut state, filler) = tui::open(&config).unwrap();
    filler.finish();
    tui::show(&config, &mut state, search(), false);
    assert!(shown(&state).contains("found") && !shown(&state).contains("not searched yet"), "{}", shown(&state));
    assert_eq!(tui::news(&config, &state), None, "all is there");
    let went_on = tui::news(&config, &unfilled).unwrap();
    assert_eq!(went_on, Input::Indexed, "a page that lacks something is brought up to date");
    let (address, again) = unfilled.input(went_on).unwrap();
    tui::show(&config, &mut unfilled, address, again);
    assert_eq!((shown(&unfilled), unfilled.page().unwrap().behind), (shown(&state), 0));
}

#[test]
fn arabic_stands_in_the_order_that_was_asked_for() {
    let mut desk = Desk::new();
    desk.keys("/lang:ar حريق\n");
    let row = |look: Look, word: &str| desk.screen(look).iter().any(|l| l.contains(word));
    let word = "حريق";
    let turned: String = word.chars().rev().collect();
    assert!(row(LOGICAL, word) && !row(LOGICAL, &turned));
    let visual = Look { visual: true, colour: false };
    assert!(row(visual, &turned) && !row(visual, word));
    let screen = desk.screen(visual);
    let headline = screen.iter().skip(1).find(|l| l.contains(&turned)).unwrap();
    assert!(headline.starts_with("    "), "Arabic stands at the right: {headline:?}");
}

#[test]
fn nothing_uncleaned_reaches_the_terminal() {
    let raw = "a\u{1b}[31mb\u{202e}c\u{9b}2Jd\u{7}\u{0}";
    let rows = vec![Row::new(0).with(Tone::Plain, raw).with_block(Tone::Strong, raw).to(Address::Event("a".into()))];
    let mut state = state(Page { address: Address::start(), title: Safe::line(raw), rows, behind: 0 });
    state.say(raw);
    for visual in [false, true] {
        let screen = drawn(&state, 80, 12, Look { visual, colour: true }).join("\n");
        assert!(!screen.contains(|c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c)), "{screen:?}");
        assert!(screen.contains("⟨U+001B⟩"), "{screen}");
    }
    press(&mut state, '/');
    raw.chars().for_each(|c| drop(press(&mut state, c)));
    assert!(drawn(&state, 80, 12, LOGICAL)[11].contains("⟨U+202E⟩"));
}
