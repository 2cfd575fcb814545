//! What the terminal reports, as inputs.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use super::state::{Input, Key};

/// The input that an event of the terminal is; most are none.
pub(super) fn input(event: Event) -> Option<Input> {
    match event {
        Event::Resize(columns, rows) => Some(Input::Size(columns, rows)),
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollDown => Some(Input::Wheel(true)),
            MouseEventKind::ScrollUp => Some(Input::Wheel(false)),
            MouseEventKind::Down(MouseButton::Left) => Some(Input::Click(mouse.column, mouse.row)),
            _ => None,
        },
        _ => None,
    }
}

fn key(key: KeyEvent) -> Option<Key> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c' | 'd') => Some(Key::Quit),
            // What some terminals send for Backspace.
            KeyCode::Char('h') => Some(Key::Backspace),
            KeyCode::Char(c) => Some(Key::Control(c.to_ascii_lowercase())),
            _ => None,
        };
    }
    Some(match key.code {
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Right => Key::Right,
        KeyCode::Left => Key::Left,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_line_arrive() {
        let told = |code, modifiers| input(Event::Key(KeyEvent::new(code, modifiers)));
        let control = KeyModifiers::CONTROL;
        let cases = [
            (KeyCode::Left, KeyModifiers::NONE, Key::Left),
            (KeyCode::Right, KeyModifiers::NONE, Key::Right),
            (KeyCode::Home, KeyModifiers::NONE, Key::Home),
            (KeyCode::End, KeyModifiers::NONE, Key::End),
            (KeyCode::Backspace, KeyModifiers::NONE, Key::Backspace),
            (KeyCode::Delete, KeyModifiers::NONE, Key::Delete),
            (KeyCode::Char('h'), control, Key::Backspace),
            (KeyCode::Char('u'), control, Key::Control('u')),
            (KeyCode::Char('W'), control, Key::Control('w')),
            (KeyCode::Char('c'), control, Key::Quit),
            (KeyCode::Char('ع'), KeyModifiers::NONE, Key::Char('ع')),
        ];
        for (code, modifiers, key) in cases {
            assert_eq!(told(code, modifiers), Some(Input::Key(key)), "{code:?}");
        }
        assert_eq!(told(KeyCode::F(1), KeyModifiers::NONE), None);
    }
}
