//! wirefold
pub mod article;
pub mod detect;
pub mod text;
