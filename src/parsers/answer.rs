//! What has come from a parser so far. Nothing in it is believed: the parser may have become something else.

use super::serve::{HELLO, length};
use crate::article::Parsed;

/// The frames of one parser, as they come.
#[derive(Default)]
pub struct Answer {
    bytes: Vec<u8>,
    /// Whether the parser has said that it is ready.
    pub greeted: bool,
}

impl Answer {
    /// Adds what came. Returns the answer to the last request once it is whole; an error if it can be none, or is larger than `most` bytes.
    pub fn add(&mut self, came: &[u8], most: u64) -> Result<Option<Parsed>, ()> {
        self.bytes.extend_from_slice(came);
        if !self.greeted {
            let hello = [&length(HELLO)[..], HELLO].concat();
            let compared = self.bytes.len().min(hello.len());
            if self.bytes[..compared] != hello[..compared] {
                return Err(());
            }
            if compared < hello.len() {
                return Ok(None);
            }
            self.bytes.drain(..compared);
            self.greeted = true;
        }
        let Some((length, rest)) = self.bytes.split_first_chunk() else { return Ok(None) };
        let length = u64::from_le_bytes(*length);
        if length > most || rest.len() as u64 > length {
            return Err(());
        }
        if (rest.len() as u64) < length {
            return Ok(None);
        }
        let parsed = serde_json::from_slice(rest).map_err(drop)?;
        self.bytes = Vec::new();
        Ok(Some(parsed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(frame: &[u8]) -> Vec<u8> {
        [&length(frame)[..], frame].concat()
    }

    #[test]
    fn an_answer_is_whole_or_refused() {
        let parsed = Parsed::rejected("لا شيء".to_owned());
        let json = serde_json::to_vec(&parsed).unwrap();
        let all = [framed(HELLO), framed(&json)].concat();
        let mut answer = Answer::default();
        let (last, first) = all.split_last().unwrap();
        assert!(first.iter().all(|byte| answer.add(&[*byte], 1000) == Ok(None)), "byte by byte");
        assert_eq!(answer.add(&[*last], 1000), Ok(Some(parsed.clone())));
        assert_eq!(answer.add(&framed(&json), json.len() as u64), Ok(Some(parsed)), "the next one, just as long as it may be");
        assert_eq!(answer.add(&framed(&json), json.len() as u64 - 1), Err(()), "too long");
        for garbage in [&b"usage: other program"[..], &[framed(HELLO), framed(b"{}!")].concat(), &[all.clone(), b"!".to_vec()].concat()] {
            assert_eq!(Answer::default().add(garbage, 1000), Err(()), "{}", String::from_utf8_lossy(garbage));
        }
    }
}
