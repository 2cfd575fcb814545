//! An article as its format gave it, before anything is concluded from outside it.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::article::{Amendment, Article};

/// Where the fields of a draft come from, which decides the step they count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// Header lines or keys of the article itself.
    #[default]
    Given,
    /// Metadata of the format.
    Metadata,
}

/// A line beside the text of a page; what stood between tags is parted by bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub line: String,
    /// Its element is called author, source or the like.
    pub is_called: bool,
    /// Its element is called author or the like.
    pub is_author: bool,
}

/// The fields of one article as found; everything may be missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    pub origin: Origin,
    pub id: Option<String>,
    pub title: Option<String>,
    /// It is of a web page, whose title may hold the name of the site.
    pub is_page: bool,
    pub text: Option<String>,
    pub source: Option<String>,
    /// Who published the list of articles that this one stood in.
    pub list_source: Option<String>,
    /// Where that list is published.
    pub list_url: Option<String>,
    pub published: Option<String>,
    pub lang: Option<String>,
    pub url: Option<String>,
    pub byline: Option<String>,
    /// Lines that a page shows beside its text and that may name who wrote it.
    pub named: Vec<Named>,
    /// What notes beside the text of a page say was done to the article.
    pub amended: Option<Amendment>,
    pub category: Option<String>,
    pub version: Option<String>,
    pub pubstatus: Option<String>,
    /// Service that a wire's message names, such as `nor` in `nor0123`.
    pub service: Option<String>,
    /// What lay beside it in an archive, in place of what lies beside the archive: what it says, or why it says nothing.
    pub sidecar: Option<Arc<Result<Draft, String>>>,
    pub notes: Vec<String>,
    pub extra: Map<String, Value>,
}

impl Draft {
    /// The labels that are passed on as they are, moved into `article`.
    pub fn labels_into(self, article: &mut Article) {
        article.sender_id = self.id;
        article.url = self.url;
        article.byline = self.byline;
        article.category = self.category;
        article.version = self.version;
        article.pubstatus = self.pubstatus;
        article.extra = self.extra;
    }
}
