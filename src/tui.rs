//! The terminal browser: events, an event, an article, two articles, search, kept up to date while it is looked at.
//!
//! ```text
//! keys, mouse, clock → Input → State → Address wanted → load (store) → Page → State → draw → terminal
//! ```
//!
//! [`state::State`] knows nothing of terminals and of the store, [`draw::draw`] decides nothing; [`run`] joins them. What changes the
//! store will be one more thing that the state asks for, and its answer a message and the same page again.

pub mod draw;
mod keys;
mod layout;
pub mod load;
pub mod page;
pub mod state;
pub mod visual;

use std::io::{self, IsTerminal};
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;

use crate::cli::Bidi;
use crate::config::Config;
use crate::failure::Failure;
use crate::store::Reader;
use draw::Look;
use page::Address;
use state::{Input, State};

/// Pause between two looks for what is new.
const LOOK: Duration = Duration::from_millis(700);
/// Time that SQLite may work for one page.
const QUERY: Duration = Duration::from_secs(5);

/// Shows the store until it is quit.
///
/// # Errors
/// If there is no terminal, no store, or the terminal goes away.
pub fn run(config: &Config, bidi: Bidi) -> Result<(), Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to draw on")
            .hint("`wirefold events` prints the list, `wirefold serve` shows it in a browser"));
    }
    let mut state = State::new(Reader::open(&config.store)?.last_step()?);
    let look = Look { visual: bidi == Bidi::Visual, colour: std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) };
    let broken = |e: io::Error| Failure::unusable(format!("the terminal failed: {e}"));
    let mut terminal = ratatui::try_init().map_err(broken)?;
    let shown = execute!(io::stdout(), EnableMouseCapture).and_then(|()| live(config, &mut state, &mut terminal, look));
    // Both are tried whatever happened, so that the shell is usable again.
    let _ = execute!(io::stdout(), DisableMouseCapture);
    ratatui::restore();
    shown.map_err(broken)
}

fn live(config: &Config, state: &mut State, terminal: &mut DefaultTerminal, look: Look) -> io::Result<()> {
    let size = terminal.size()?;
    state.input(Input::Size(size.width, size.height));
    show(config, state, Address::start(), false);
    while !state.is_over() {
        terminal.draw(|frame| draw::draw(state, frame, look))?;
        let input = if event::poll(LOOK)? { keys::input(event::read()?) } else { news(config, state) };
        if let Some((address, again)) = input.and_then(|input| state.input(input)) {
            show(config, state, address, again);
        }
    }
    Ok(())
}

/// Loads a page into the state, or says why it cannot be shown.
fn show(config: &Config, state: &mut State, address: Address, again: bool) {
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

/// Whether something happened since the last look. A store that cannot be read just now is looked at again.
fn news(config: &Config, state: &State) -> Option<Input> {
    let step = Reader::open(&config.store).and_then(|reader| reader.last_step()).ok()?;
    (step != state.step()).then_some(Input::Changed(step))
}
