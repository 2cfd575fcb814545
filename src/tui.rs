//! The terminal browser: events, an event, an article, two articles, search, kept up to date while it is looked at.
//!
//! ```text
//! keys, mouse, clock → Input → State → Address wanted → load (store) → Page → State → draw → terminal
//!                                    → edit wanted → store::edit → message and the same page again
//! ```
//!
//! [`state::State`] knows nothing of terminals and of the store, [`draw::draw`] decides nothing; [`run`] joins them.

pub mod draw;
mod keys;
mod layout;
pub mod load;
pub mod page;
pub mod state;
pub mod visual;

use std::io::{self, IsTerminal};
use std::time::Duration;

use jiff::Timestamp;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;

use crate::cli::Bidi;
use crate::config::Config;
use crate::edit::{Asked, Command};
use crate::failure::Failure;
use crate::search::Filler;
use crate::store::{self, Reader};
use crate::view::edits::says;
use draw::Look;
use page::Address;
use state::{Input, State};

/// Pause between two looks for what is new.
const LOOK: Duration = Duration::from_millis(700);
/// Time that SQLite may work for one page.
const QUERY: Duration = Duration::from_secs(5);

/// Shows the store until it is quit; edits are made in the name of `who`.
///
/// # Errors
/// If there is no terminal, no store, or the terminal goes away.
pub fn run(config: &Config, bidi: Bidi, who: &str) -> Result<(), Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to draw on")
            .hint("`wirefold events` prints the list, `wirefold serve` shows it in a browser"));
    }
    let (mut state, filler) = open(config)?;
    let look = Look { visual: bidi == Bidi::Visual, colour: std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) };
    let broken = |e: io::Error| Failure::unusable(format!("the terminal failed: {e}"));
    let mut terminal = ratatui::try_init().map_err(broken)?;
    let shown = execute!(io::stdout(), EnableMouseCapture).and_then(|()| live(config, who, &mut state, &filler, &mut terminal, look));
    // Both are tried whatever happened, so that the shell is usable again.
    let _ = execute!(io::stdout(), DisableMouseCapture);
    ratatui::restore();
    shown.map_err(broken)
}

/// A state that shows nothing yet, and the thread that fills the index of search meanwhile: nobody else may be at work on the store.
///
/// # Errors
/// If there is no store, or it cannot be read.
pub fn open(config: &Config) -> Result<(State, Filler), Failure> {
    let state = State::new(Reader::open(&config.store)?.last_step()?);
    Ok((state, Filler::start(&config.store)))
}

fn live(config: &Config, who: &str, state: &mut State, filler: &Filler, terminal: &mut DefaultTerminal, look: Look) -> io::Result<()> {
    let size = terminal.size()?;
    state.input(Input::Size(size.width, size.height));
    show(config, state, Address::start(), false);
    while !state.is_over() {
        terminal.draw(|frame| draw::draw(state, frame, look))?;
        let input = if event::poll(LOOK)? { keys::input(event::read()?) } else { news(config, state) };
        if matches!(input, Some(Input::Changed(_))) {
            filler.ring();
        }
        if let Some((address, again)) = input.and_then(|input| state.input(input)) {
            show(config, state, address, again);
        }
        if let Some((command, why)) = state.wanted() {
            // It may have to wait for a batch that is being stored.
            state.say("storing this …");
            terminal.draw(|frame| draw::draw(state, frame, look))?;
            edit(config, state, command, who, &why);
        }
    }
    Ok(())
}

/// Makes an edit on the path that the commands take, beside a daemon too; says what was done and shows it, or why it was refused.
pub fn edit(config: &Config, state: &mut State, command: Command, who: &str, why: &str) {
    let asked = Asked { command, who: who.to_owned(), why: why.to_owned(), at: Timestamp::now() };
    match store::edit::edit(&config.store, &asked).map_err(Failure::from) {
        Ok(made) => {
            state.edited();
            state.say(&format!("edit {}: {}", made.edit, says(&made)));
            if let Some(address) = state.page().map(|p| p.address.clone()) {
                show(config, state, address, true);
            }
        }
        Err(failure) => state.say(&failure.to_string()),
    }
}

/// Loads a page into the state, or says why it cannot be shown.
pub fn show(config: &Config, state: &mut State, address: Address, again: bool) {
    let read = || -> Result<_, Failure> {
        let reader = Reader::open(&config.store)?;
        reader.stop_after(QUERY)?;
        load::page(&reader, config, &address)
    };
    match read() {
        Ok(page) => state.show(page, again),
        Err(failure) => state.say(&failure.to_string()),
    }
}

/// What happened since the last look: something was stored, or the index that the page was searched in went on. A store that cannot be read
/// just now is looked at again.
pub fn news(config: &Config, state: &State) -> Option<Input> {
    let reader = Reader::open(&config.store).ok()?;
    let step = reader.last_step().ok()?;
    if step != state.step() {
        return Some(Input::Changed(step));
    }
    let behind = state.page().map_or(0, |page| page.behind);
    let went_on = behind > 0 && reader.search_progress().ok()?.behind < behind;
    went_on.then_some(Input::Indexed)
}
