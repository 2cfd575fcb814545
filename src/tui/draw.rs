//! Draws the state. Decides nothing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line as Drawn, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::layout::{Line, lines};
use super::page::{Row, Tone};
use super::state::{KEYS, Mode, State, Typed};
use super::visual::{columns, visual, with_cursor};
use crate::text::clean::Safe;

/// How things look on this terminal.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Text is put into the order in which it is seen, since the terminal does not.
    pub visual: bool,
    /// Colours may be used; nothing is told by colour alone.
    pub colour: bool,
}

/// Colours of sources in turn; their numbers stand beside them.
const COLOURS: [Color; 6] = [Color::Blue, Color::Yellow, Color::Green, Color::Magenta, Color::Cyan, Color::Red];

/// Draws all of it.
pub fn draw(state: &State, frame: &mut Frame<'_>, look: Look) {
    let area = frame.area();
    let title = state.page().map_or_else(|| Safe::line("wirefold"), |page| page.title.clone());
    let down = state.progress().map_or_else(String::new, |p| format!("{p} %"));
    let bar = Style::new().add_modifier(Modifier::REVERSED);
    frame.buffer_mut().set_style(Rect { height: 1.min(area.height), ..area }, bar);
    put(frame, 0, 1, title.as_str(), bar, look);
    let at = area.width.saturating_sub(down.len() as u16 + 1);
    put(frame, 0, at, &down, bar, look);
    let (lines, selected) = state.visible();
    for (n, line) in lines.iter().enumerate() {
        draw_line(frame, n as u16 + 1, line, selected.contains(&line.row), look);
        let first = n == 0 || lines[n - 1].row != line.row;
        if first && state.is_marked(state.page().and_then(|p| p.rows[line.row].target.as_ref())) {
            put(frame, n as u16 + 1, area.width.saturating_sub(1), "*", Style::new().add_modifier(Modifier::BOLD), look);
        }
    }
    match (state.mode(), state.message()) {
        (Mode::Typing(line), _) => typed(frame, "/", line, look),
        (Mode::Asked(asking, line), _) => typed(frame, &asking.prompt(), line, look),
        (_, Some(message)) => said(frame, message, look),
        _ => {
            let keys = "j k move  Enter opens  Esc back  / search  c compare  M S V P R H Z edit  ? keys";
            put(frame, area.height.saturating_sub(1), 0, keys, Style::new().add_modifier(Modifier::DIM), look);
        }
    }
    if *state.mode() == Mode::Help {
        help(frame);
    }
}

/// What is being typed, with the cursor in sight: on the letter that it stands before, wherever that is on the screen.
fn typed(frame: &mut Frame<'_>, prompt: &str, line: &Typed, look: Look) {
    let area = frame.area();
    let (before, behind) = line.parts();
    let (before, behind) = (Safe::line(before).to_string(), Safe::line(behind).to_string());
    let row = area.height.saturating_sub(1);
    let room = usize::from(area.width).saturating_sub(columns(prompt) + 1);
    let hidden = before.char_indices().map(|(at, _)| at).find(|at| columns(&before[*at..]) <= room).unwrap_or(before.len());
    let seen = format!("{prompt}{}", &before[hidden..]);
    let (below, at) = if look.visual { with_cursor(&seen, &behind, area.width) } else { (format!("{seen}{behind}"), columns(&seen)) };
    let logical = Look { visual: false, ..look };
    put(frame, row, 0, &below, Style::new().add_modifier(Modifier::BOLD), logical);
    frame.set_cursor_position(((at as u16).min(area.width.saturating_sub(1)), row));
}

/// What is said, over as many lines as it needs.
fn said(frame: &mut Frame<'_>, message: &Safe, look: Look) {
    let area = frame.area();
    let all = lines(&[Row::new(0).with_block(Tone::Strong, message.as_str())], area.width.max(1));
    let first = area.height.saturating_sub(all.len() as u16);
    for (row, line) in (first..area.height).zip(&all) {
        frame.render_widget(Clear, Rect { x: 0, y: row, width: area.width, height: 1 });
        let text: String = line.pieces.iter().map(|(text, _)| text.as_str()).collect();
        put(frame, row, 0, &text, Style::new().add_modifier(Modifier::BOLD), look);
    }
}

/// A line of the program's own, from a column on.
fn put(frame: &mut Frame<'_>, row: u16, column: u16, text: &str, style: Style, look: Look) {
    let area = frame.area();
    if row >= area.height || column >= area.width {
        return;
    }
    let line = Line { row: 0, indent: 0, own_direction: false, pieces: vec![(text.to_owned(), Tone::Plain)] };
    let pieces = if look.visual { visual(&line, area.width).1 } else { line.pieces };
    let spans: Vec<Span<'_>> = pieces.into_iter().map(|(text, _)| Span::styled(text, style)).collect();
    frame.buffer_mut().set_line(column, row, &Drawn::from(spans), area.width - column);
}

fn draw_line(frame: &mut Frame<'_>, row: u16, line: &Line, selected: bool, look: Look) {
    let area = frame.area();
    if row + 1 >= area.height {
        return;
    }
    let (indent, pieces) = if look.visual { visual(line, area.width) } else { (line.indent, line.pieces.clone()) };
    let spans: Vec<Span<'_>> = pieces.into_iter().map(|(text, tone)| Span::styled(text, style(tone, look))).collect();
    frame.buffer_mut().set_line(indent, row, &Drawn::from(spans), area.width.saturating_sub(indent));
    if selected {
        frame.buffer_mut().set_style(Rect { x: 0, y: row, width: area.width, height: 1 }, Style::new().add_modifier(Modifier::REVERSED));
    }
}

fn style(tone: Tone, look: Look) -> Style {
    let coloured = |style: Style, colour| if look.colour { style.fg(colour) } else { style };
    match tone {
        Tone::Plain => Style::new(),
        Tone::Strong => Style::new().add_modifier(Modifier::BOLD),
        Tone::Faint => Style::new().add_modifier(Modifier::DIM),
        Tone::Id => coloured(Style::new(), Color::Cyan),
        Tone::Found => coloured(Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED), Color::Yellow),
        Tone::Of(number) => coloured(Style::new(), COLOURS[(number.max(1) - 1) % COLOURS.len()]),
    }
}

fn help(frame: &mut Frame<'_>) {
    let area = frame.area();
    let (width, height) = (area.width.min(78), area.height.min(KEYS.len() as u16 + 2));
    let within = Rect { x: (area.width - width) / 2, y: (area.height - height) / 2, width, height };
    let lines: Vec<Drawn<'_>> = KEYS.iter().map(|(keys, what)| Drawn::from(format!(" {keys:<19} {what}"))).collect();
    frame.render_widget(Clear, within);
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(" keys: any one closes this ")), within);
}
