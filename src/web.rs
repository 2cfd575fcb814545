//! The web page, the JSON API and the feeds: what the commands show, for a browser and for programs. It reads; only the
//! editor's desk writes, and what programs post goes into the inbox, if the configuration opens them.
//!
//! ```text
//! connection → guard (host, method, size) → route → one question in a thread of its own → answer with its headers
//! ```
//!
//! Every page and every answer of the API is a plain function from `Ask` to `Answer`; [`ROUTES`] lists them all. Everything shown comes
//! from [`crate::store::Reader`] and [`crate::provenance`], in the words of [`crate::view`]. Nothing is fetched from anywhere.

mod answer;
mod api;
mod ask;
mod desk;
mod families;
mod feeds;
mod given;
mod guard;
mod list;
mod originals;
mod pages;
mod pairs;
mod posted;
mod readers;
mod remembered;
mod routes;
mod server;
mod session;
mod stream;
mod way_back;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::config::Config;
use crate::failure::Failure;

use answer::{Answer, Problem};
use ask::{Ask, OfSources};
use families::Families;
use pairs::Pairs;
use readers::Readers;
use remembered::Remembered;
use session::{Sessions, Token};

pub use posted::{ARTICLES, POST_BYTES};
pub use routes::{ROUTES, Route, STREAM, router};
pub use server::{Running, serve, start, start_with};
pub(crate) use server::{Thread, converse};
pub use session::token_file;

/// The description of the API that is served with it.
pub const OPENAPI: &str = include_str!("web/openapi.json");

/// What one visitor may take from the others.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Connections open at once; more wait.
    pub connections: usize,
    /// Questions answered at once; more wait.
    pub questions: usize,
    /// Streams open at once; more are refused.
    pub streams: usize,
    /// Time to send the head of a request.
    pub head: Duration,
    /// Time to answer a request.
    pub request: Duration,
    /// Time that SQLite may work for one answer.
    pub query: Duration,
    /// Pause between two looks for what is new, for streams.
    pub look: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 64,
            questions: 4,
            streams: 16,
            head: Duration::from_secs(10),
            request: Duration::from_secs(30),
            query: Duration::from_secs(2),
            look: Duration::from_secs(1),
        }
    }
}

/// What all answers share.
pub struct Site {
    config: Config,
    bounds: Bounds,
    /// Hosts that may be asked for, in lower case: those of this machine, then those of the configuration.
    hosts: Vec<String>,
    /// How many of them are this machine's.
    own_hosts: usize,
    questions: Arc<Semaphore>,
    readers: Arc<Readers>,
    streams: Arc<Semaphore>,
    /// Who may edit; `None` where nobody may.
    sessions: Option<Sessions>,
    /// What programs need that post articles; `None` where none may.
    posts: Option<Token>,
    /// What each source did, and who copies whom: of a million articles it takes half a second to tell.
    sources: Remembered<OfSources>,
    /// Pairs of articles that were asked about lately.
    pairs: Pairs,
    /// Events that were asked about lately.
    families: Families,
}

impl Site {
    /// The site as it is served at `address`.
    ///
    /// # Errors
    /// If it is to be edited or posted to there and the token for that cannot be used.
    pub fn new(config: Config, bounds: Bounds, address: SocketAddr) -> Result<Arc<Self>, Failure> {
        let port = address.port();
        let mut hosts: Vec<String> = ["127.0.0.1", "[::1]", "localhost"].iter().map(|host| format!("{host}:{port}")).collect();
        let own = address.to_string();
        hosts.extend((!hosts.contains(&own)).then_some(own));
        if port == 80 {
            hosts.extend(["127.0.0.1", "[::1]", "localhost"].map(str::to_owned));
        }
        let own_hosts = hosts.len();
        hosts.extend(config.web.hosts.iter().cloned());
        let (questions, streams) = (Arc::new(Semaphore::new(bounds.questions)), Arc::new(Semaphore::new(bounds.streams)));
        let sessions = Sessions::open(&config)?;
        let posts = config.web.post.then(|| Token::open(&config.store)).transpose()?;
        if posts.is_some() {
            posted::sweep(&config.inbox);
        }
        let (readers, sources, pairs, families) = (Arc::default(), Remembered::default(), Pairs::default(), Families::default());
        Ok(Arc::new(Self { config, bounds, hosts, own_hosts, questions, readers, streams, sessions, posts, sources, pairs, families }))
    }

    /// The beginning of addresses for a visitor who asked for this host: what lies behind a proxy is reached over TLS.
    fn base(&self, host: &str) -> String {
        let own = self.hosts[..self.own_hosts].iter().any(|h| h.eq_ignore_ascii_case(host));
        format!("{}://{host}", if own { "http" } else { "https" })
    }
}
