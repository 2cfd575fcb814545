//! A line that is being typed, and the keys that change it: those of readline, as far as one line needs them. The cursor moves in the order
//! in which text is written, whatever side that is on the screen, and over a letter with all its marks.

use tui_input::{Input, InputRequest};

use super::Key;

/// A line that is being typed, and where in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    text: String,
    /// Characters before the cursor.
    cursor: usize,
}

impl Typed {
    /// A line with the cursor at its end.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.chars().count() }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor and what behind it.
    pub fn parts(&self) -> (&str, &str) {
        let at = self.text.char_indices().nth(self.cursor).map_or(self.text.len(), |(at, _)| at);
        self.text.split_at(at)
    }

    /// Takes a key; a line of `longest` characters takes no more. Keys that say nothing of a line leave it as it is.
    pub(super) fn take(&mut self, key: Key, longest: usize) {
        let request = match key {
            Key::Char(c) if self.text.chars().count() < longest => InputRequest::InsertChar(c),
            Key::Backspace => InputRequest::DeletePrevChar,
            Key::Delete => InputRequest::DeleteNextChar,
            Key::Left => InputRequest::GoToPrevChar,
            Key::Right => InputRequest::GoToNextChar,
            Key::Home | Key::Control('a') => InputRequest::GoToStart,
            Key::End | Key::Control('e') => InputRequest::GoToEnd,
            Key::Control('u') => InputRequest::DeleteFromStart,
            Key::Control('k') => InputRequest::DeleteTillEnd,
            Key::Control('w') => InputRequest::DeletePrevWord,
            _ => return,
        };
        let mut input = Input::new(std::mem::take(&mut self.text)).with_cursor(self.cursor);
        input.handle(request);
        *self = Self { cursor: input.cursor(), text: input.value().to_owned() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands before the cursor and behind it after some keys, from a line on.
    fn after(line: &str, keys: &[Key]) -> (String, String) {
        let mut typed = Typed::new(line);
        keys.iter().for_each(|key| typed.take(*key, 20));
        let (before, behind) = typed.parts();
        (before.to_owned(), behind.to_owned())
    }

    #[test]
    fn a_line_is_changed_where_the_cursor_is() {
        use Key::{Backspace, Char, Control, Delete, End, Home, Left, Right};
        let cases: &[(&str, &[Key], &str, &str)] = &[
            ("fery", &[Left, Char('r')], "ferr", "y"),
            ("ferry", &[Home, Delete, Char('F')], "F", "erry"),
            ("ferry", &[Home, Backspace, Left], "", "ferry"),
            ("ferry", &[Right, Delete], "ferry", ""),
            ("ferry", &[Control('a'), Right, Right, Control('e'), Backspace], "ferr", ""),
            ("ferry", &[Home, End], "ferry", ""),
            ("moored barge", &[Control('w')], "moored ", ""),
            ("moored barge", &[Left, Left, Control('w')], "moored ", "ge"),
            ("moored barge", &[Left, Left, Control('u')], "", "ge"),
            ("moored barge", &[Left, Left, Control('k')], "moored bar", ""),
            ("moored", &[Control('q'), Key::Up, Key::PageDown], "moored", ""),
            // In the order of writing: the cursor goes on from letter to letter, wherever they stand on the screen.
            ("هدنة", &[Left, Char('x')], "هدنx", "ة"),
            ("هدنة", &[Home, Right, Delete], "ه", "نة"),
            ("وقف النار", &[Control('w')], "وقف ", ""),
            ("37 قتيلا", &[Home, Right, Right, Right, Right], "37 ق", "تيلا"),
            // A letter with its marks is one step, and so is what is drawn as one.
            ("مُحَمَّد", &[Left, Left], "مُحَ", "مَّد"),
            ("مُحَمَّد", &[Left, Backspace], "مُحَ", "د"),
            ("a👨‍👩‍👧b", &[Left, Left], "a", "👨‍👩‍👧b"),
            ("", &[Left, Right, Backspace, Delete, Control('w'), Control('u'), Control('k')], "", ""),
        ];
        for (line, keys, before, behind) in cases {
            assert_eq!(after(line, keys), ((*before).to_owned(), (*behind).to_owned()), "{line} {keys:?}");
        }
    }

    #[test]
    fn a_full_line_takes_no_more_but_can_be_changed() {
        let full = "ن".repeat(20);
        assert_eq!(after(&full, &[Key::Char('x')]), (full.clone(), String::new()));
        assert_eq!(after(&full, &[Key::Home, Key::Delete, Key::Char('x'), Key::Char('y')]), ("x".to_owned(), "ن".repeat(19)));
    }
}
