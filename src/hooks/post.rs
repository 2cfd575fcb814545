//! Posting a message: to the address that its name had when it was looked up, within a bounded time, following nothing.

use std::fmt;
use std::io::Read;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ureq::config::Config;
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::Target;
use super::address::is_public;
use super::sign::signature;
use crate::failure::Failure;
use crate::store::hooks::Message;
use crate::text::clean::Safe;

/// Time for an attempt, from the look-up of the name to the end of the answer: Standard Webhooks 1.0.0, "Request timeouts".
const TIME: Duration = Duration::from_secs(15);
/// Time to look the name up, and to connect.
const STEP: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read, so that the connection can be used again.
const ANSWER: u64 = 4096;

/// What a target said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It took the message.
    Taken,
    /// It wants no messages any more (410).
    Gone,
    /// It did not take it: why, and how long it asks to be left alone.
    Refused(String, Option<Duration>),
}

/// Posts messages to one target.
pub struct Poster {
    agent: Agent,
    url: String,
    keys: Vec<Vec<u8>>,
}

impl Poster {
    /// For this target.
    ///
    /// # Errors
    /// If its secret cannot be read.
    pub fn new(target: &Target) -> Result<Self, Failure> {
        let keys = target.secret.keys().map_err(|why| {
            Failure::usage(format!("webhook {}: {why}", target.name)).hint("the user that runs `wirefold run` must be able to read it")
        })?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("wirefold/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(16 << 10)
            .timeout_global(Some(TIME))
            .timeout_resolve(Some(STEP))
            .timeout_connect(Some(STEP));
        if target.url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
            config = config.tls_config(tls());
        }
        let resolver = Guarded { allow_private: target.allow_private, by_name: DefaultResolver::default() };
        let agent = Agent::with_parts(config.build(), DefaultConnector::default(), resolver);
        Ok(Self { agent, url: target.url.clone(), keys })
    }

    /// Posts a message once. What an answer makes the client stumble over is a failure of that attempt alone.
    pub fn post(&self, message: &Message, now: Timestamp) -> Answer {
        let posted = catch_unwind(AssertUnwindSafe(|| self.attempt(message, now)));
        posted.unwrap_or_else(|_| Answer::Refused("the client ended over its answer, which is a bug; the log has it".to_owned(), None))
    }

    fn attempt(&self, message: &Message, now: Timestamp) -> Answer {
        let (at, body) = (now.as_second(), &message.body);
        let sent = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature(&self.keys, &message.id, at, body))
            .send(body);
        let mut response = match sent {
            Ok(response) => response,
            Err(error) => return Answer::Refused(said(&error), None),
        };
        let status = response.status();
        let answer = match status.as_u16() {
            200..=299 => Answer::Taken,
            410 => Answer::Gone,
            300..=399 => Answer::Refused(format!("answered {}, and redirects are not followed", status.as_u16()), None),
            code => Answer::Refused(format!("answered {code}"), retry_after(response.headers())),
        };
        // What it says is of no interest, and that it cannot be read neither.
        drop(std::io::copy(&mut response.body_mut().as_reader().take(ANSWER), &mut std::io::sink()));
        answer
    }
}

/// The certificates that this machine trusts.
fn tls() -> TlsConfig {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        tracing::warn!("this machine has no certificates of authorities: no webhook over https can be delivered");
    }
    let roots: Vec<_> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}

/// The seconds of `Retry-After` (RFC 9110, 10.2.3); a date there is taken for nothing.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get("retry-after")?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// Why there is no answer, without the address, which may be a secret.
fn said(error: &Error) -> String {
    match error {
        Error::Io(e) => Safe::line(&format!("no connection: {e}")).to_string(),
        Error::Timeout(_) => "no answer in time".to_owned(),
        Error::HostNotFound => "its name is not known".to_owned(),
        Error::ConnectionFailed => "no connection".to_owned(),
        Error::Other(refused) if refused.is::<NotPublic>() => refused.to_string(),
        other => Safe::line(&format!("no answer that can be read: {other}")).cut(200).to_string(),
    }
}

/// Looks names up once for each connection, which then goes to the addresses that were found and looked at here.
#[derive(Debug)]
struct Guarded {
    allow_private: bool,
    by_name: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.by_name.resolve(uri, config, timeout)?;
        match found.iter().find(|address| !self.allow_private && !is_public(address.ip())) {
            Some(near) => Err(Error::Other(Box::new(NotPublic(*near)))),
            None => Ok(found),
        }
    }
}

/// A name leads to an address that is not of the public internet.
#[derive(Debug)]
struct NotPublic(SocketAddr);

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {} is no address of the public internet, and allow_private is not set", self.0.ip())
    }
}

impl std::error::Error for NotPublic {}
