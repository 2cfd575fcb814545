//! The web page, the JSON API and the feeds: what they show, and what they refuse.

mod api;
mod contrast;
mod desk;
mod guard;
mod limits;
mod lists;
mod originals;
mod pages;
mod post;
mod search;
mod site;
mod stream;
mod weight;
