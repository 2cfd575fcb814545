//! Words as the detector sees them: folding, light stems, passages of boilerplate, cleaning for display.
//!
//! Pure functions over strings. The original text is never changed; every word remembers where it stood in it.

pub mod clean;
pub mod fold;
pub mod language;
pub mod lead;
pub mod names;
pub mod places;
mod plain;
pub mod prior;
pub mod stem;
pub mod vietnamese;
pub mod vocabulary;
pub mod words;

/// What is written for a dash; in Arabic the tatweel too.
pub const DASHES: [char; 5] = ['-', '–', '—', '―', 'ـ'];
