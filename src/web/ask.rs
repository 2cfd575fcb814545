//! One question: a reader of its own for a short time, in a thread where it may block.

use std::sync::Arc;

use axum::http::StatusCode;

use super::families::Traced;
use super::given::Given;
use super::readers::Lent;
use super::session::Editor;
use super::{Answer, Problem, Site, way_back};
use crate::compare;
use crate::config::Config;
use crate::detect::evidence::Comparison;
use crate::provenance::article::Provenance;
use crate::provenance::versions::{Version, versions};
use crate::store::Reader;
use crate::store::read::Found;
use crate::store::rows::{ArticleDetail, ArticleLine, CopyLine, EventSummary, SourceLine};
use crate::view::explain::{self, StoredPair};

/// What a page or an answer of the API is made from.
pub struct Ask {
    /// A view of the store that gives up in time.
    pub reader: Lent,
    site: Arc<Site>,
    /// The id in the path, or nothing.
    pub id: String,
    /// The query.
    pub given: Given,
    /// How full addresses of ours begin.
    pub base: String,
    /// Who asks.
    pub editor: Editor,
    /// Path and query of the page that is asked for.
    place: String,
}

/// Makes an answer.
pub type Answering = fn(&Ask) -> Result<Answer, Problem>;

/// What is known of all sources.
pub struct OfSources {
    /// What each did, most articles first.
    pub lines: Vec<SourceLine>,
    /// Who copies whom, most copied articles first.
    pub copying: Vec<CopyLine>,
}

impl Ask {
    /// What is known of all sources, or was a few seconds ago.
    pub fn sources(&self) -> Result<Arc<OfSources>, Problem> {
        let site = self.site.clone();
        let renew = || drop(tokio::task::spawn_blocking(move || site.sources.renew(|| of_sources(&*site.reader()?))));
        self.site.sources.or_find(|| of_sources(&self.reader), renew)
    }
}

fn of_sources(reader: &Reader) -> Result<OfSources, Problem> {
    Ok(OfSources { lines: reader.sources()?, copying: reader.copying()? })
}

impl Site {
    /// A reader whose time is bounded.
    fn reader(&self) -> Result<Lent, Problem> {
        Ok(self.readers.lend(&self.config.store, self.bounds.query)?)
    }

    /// Asks the store something, in a thread where that may block; waits while too many are asked.
    pub(super) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Arc<Self>, Lent) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let busy = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the program is stopping", "try again later");
        // Held by the thread, not by the request: whoever goes away does not make room for more before the work is done.
        let permit = self.questions.clone().acquire_owned().await.map_err(busy)?;
        let site = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            question(&site, site.reader()?)
        });
        work.await.unwrap_or_else(|panic| Err(Problem::internal(&panic)))
    }

    /// Asks for an answer.
    pub(super) async fn answer(
        self: &Arc<Self>,
        how: Answering,
        id: String,
        given: Given,
        base: String,
        editor: Editor,
        place: String,
    ) -> Result<Answer, Problem> {
        self.blocking(move |site, reader| how(&Ask { reader, site: site.clone(), id, given, base, editor, place })).await
    }
}

/// An article with where its words come from and its versions.
pub struct Told {
    /// The article.
    pub detail: ArticleDetail,
    /// Where its words come from.
    pub provenance: Provenance,
    /// Its versions, first to last.
    pub versions: Vec<Version>,
}

impl Ask {
    /// The settings.
    pub fn config(&self) -> &Config {
        &self.site.config
    }

    /// The address of the login that leads back to this page.
    pub fn login(&self) -> String {
        way_back::login(&self.place)
    }

    /// The event that the id of the path leads to.
    pub fn event(&self) -> Result<(EventSummary, Vec<ArticleLine>), Problem> {
        one(self.reader.find_event(&self.id)?, "event", &self.id)
    }

    /// The article that an id leads to.
    pub fn article(&self, id: &str) -> Result<ArticleDetail, Problem> {
        one(self.reader.find_article(id)?, "article", id)
    }

    /// Gives `told` all that is known about a pair of articles.
    pub fn pair<T>(
        &self,
        (a, b): (&ArticleDetail, &ArticleDetail),
        told: impl FnOnce(&StoredPair<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let measure = || compare::stored(&self.reader, a.pos, b.pos, &self.config().detect);
        let compared = self.site.pairs.or_measure((self.reader.file(), [a.pos, b.pos]), measure)?;
        explain::of_measured(&self.reader, Comparison::clone(&compared), (a, b), told)
    }

    /// The texts of an event, given by its full id, with what they share.
    pub fn traced(&self, event: &str) -> Result<Arc<Traced>, Problem> {
        let standing = self.reader.standing(event)?;
        let of = (self.reader.file(), event.to_owned());
        Ok(self.site.families.or_trace(of, &standing, || self.reader.kin(event))?)
    }

    /// The article of the path with all that is told about it.
    pub fn told(&self) -> Result<Told, Problem> {
        let detail = self.article(&self.id)?;
        let traced = self.traced(&detail.line.event)?;
        let family = &traced.family;
        let rank = family.rank(&detail.line.article).ok_or_else(|| Problem::internal(&"an article is in no event"))?;
        let kin = self.reader.versions(detail.pos)?;
        Ok(Told { provenance: Provenance::of(family, rank), versions: versions(kin.iter().collect()), detail })
    }
}

/// The one thing that an id leads to.
pub fn one<T>(found: Found<T>, what: &str, id: &str) -> Result<T, Problem> {
    let id: String = id.chars().take(40).collect();
    match found {
        Found::One(thing) => Ok(thing),
        Found::Several(n) => Err(Problem::not_found(format!("{n} {what}s begin with {id}; give more of the id"))),
        Found::None => Err(Problem::not_found(format!("no {what} {id}"))),
    }
}
