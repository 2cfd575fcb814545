//! wirefold: a streaming news-ingestion daemon.
//!
//! Files dropped into an inbox become articles; every article is placed in a story (articles whose text descends from one wire copy)
//! and an event (the happening, with every source that reported it); what was decided, and why, is stored.
//!
//! ```text
//! inbox → bytes → articles → features → places → one transaction → views
//! inbox   parse              detect              store            view
//! ```
//!
//! [`ingest::Ingest::take`] is the central step. `ARCHITECTURE.md` has the map and the invariants.

pub mod article;
pub mod cli;
pub mod clock;
pub mod compare;
pub mod config;
pub mod crash;
pub mod daemon;
pub mod demo;
pub mod detect;
pub mod edit;
pub mod evaluate;
pub mod failure;
pub mod hooks;
pub mod inbox;
pub mod ingest;
pub mod late;
pub mod log;
pub mod parse;
pub mod parsers;
pub mod provenance;
pub mod rebuild;
pub mod repeated;
pub mod search;
pub mod sources;
pub mod store;
pub mod takes;
pub mod text;
pub mod tui;
pub mod view;
pub mod web;
