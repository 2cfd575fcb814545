//! Who may edit by the page, or post articles: whoever has the token, which lies in a file beside the store that only its owner can read.
//!
//! Every user of a machine can reach its loopback addresses, and every page that is open in a browser can send forms there. So an edit
//! needs a cookie that only the login with the token gives and that browsers send for our own pages alone, a second secret that stands
//! in our own forms, and the browser's word that the form was ours ([`super::guard`]). Only digests of secrets are compared, whose order
//! of bytes says nothing about them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::failure::Failure;

/// Name of the cookie.
const COOKIE: &str = "wirefold-edit";
/// How long a login holds.
const LASTS: Duration = Duration::from_secs(12 * 3600);
/// Logins at a time; the oldest ends when there are more.
const SESSIONS: usize = 32;
/// Wrong tokens within [`PAUSE`], after which no login is taken until the first of them is that old: whoever guesses gains nothing by
/// being quick.
const WRONG: usize = 10;
const PAUSE: Duration = Duration::from_secs(60);
/// Bytes of a secret.
const SECRET: usize = 32;

/// Who is at the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Editor {
    /// Nothing can be edited here.
    Closed,
    /// It can, after a login.
    Visitor,
    /// Somebody who may edit.
    Named {
        /// As they call themselves.
        who: String,
        /// What their forms must hold.
        secret: String,
    },
}

struct Session {
    cookie: [u8; 32],
    secret: String,
    who: String,
    begun: Instant,
}

/// What whoever may change something has; kept as a digest.
pub struct Token([u8; 32]);

/// The token and who is logged in.
pub struct Sessions {
    token: Token,
    open: Mutex<Vec<Session>>,
    /// When wrong tokens came.
    wrong: Mutex<Vec<Instant>>,
}

/// Why somebody is not logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// That is not the token.
    Wrong,
    /// There were too many that were not.
    Wait,
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A secret that nobody can guess, in hexadecimal.
fn secret() -> io::Result<String> {
    let mut bytes = [0u8; SECRET];
    let mut filled = 0;
    while filled < SECRET {
        filled += rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Where the token of a store lies.
pub fn token_file(store: &Path) -> PathBuf {
    PathBuf::from(format!("{}.token", store.display()))
}

/// The token, made if there is none.
fn token(path: &Path) -> Result<String, Failure> {
    let failed = |e: &io::Error| {
        Failure::io("cannot use the token for editing and posting", path, e)
            .hint("it lies beside the store; set web.edit = false and web.post = false to do without")
    };
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let token = secret().map_err(|e| failed(&e))?;
            file.write_all(token.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| failed(&e))?;
            Ok(token)
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let mut file = File::open(path).map_err(|e| failed(&e))?;
            if file.metadata().map_err(|e| failed(&e))?.mode() & 0o077 != 0 {
                return Err(Failure::unusable(format!("others can read the token for editing {}", path.display()))
                    .hint("delete it: the next start makes another that only its owner can read"));
            }
            let mut token = String::new();
            file.read_to_string(&mut token).map_err(|e| failed(&e))?;
            let token = token.trim().to_owned();
            let whole = token.len() == 2 * SECRET && token.bytes().all(|b| b.is_ascii_hexdigit());
            if whole {
                Ok(token)
            } else {
                Err(Failure::unusable(format!("{} holds no token for editing", path.display())).hint("delete it and start again"))
            }
        }
        Err(e) => Err(failed(&e)),
    }
}

impl Token {
    /// The token of a store, made if there is none.
    ///
    /// # Errors
    /// If it can be neither read nor made, or others can read it.
    pub fn open(store: &Path) -> Result<Self, Failure> {
        Ok(Self(digest(&token(&token_file(store))?)))
    }

    /// Whether this is it.
    pub fn is(&self, given: &str) -> bool {
        digest(given.trim()) == self.0
    }
}

impl Sessions {
    /// Nobody is logged in; `None` where the configuration lets nobody edit.
    ///
    /// # Errors
    /// If the token can be neither read nor made, or others can read it.
    pub fn open(config: &Config) -> Result<Option<Self>, Failure> {
        if !config.web.edit {
            return Ok(None);
        }
        let token = Token::open(&config.store)?;
        Ok(Some(Self { token, open: Mutex::default(), wrong: Mutex::default() }))
    }

    /// Logs somebody in who has the token; gives the cookie.
    pub fn login(&self, token: &str, who: &str, now: Instant) -> Result<String, Refused> {
        let mut wrong = self.wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        wrong.retain(|at| now.duration_since(*at) < PAUSE);
        if wrong.len() >= WRONG {
            return Err(Refused::Wait);
        }
        if !self.token.is(token) {
            wrong.push(now);
            return Err(Refused::Wrong);
        }
        drop(wrong);
        let secret = || secret().map_err(|_| Refused::Wait);
        let (cookie, secret) = (secret()?, secret()?);
        let mut open = self.sessions();
        let spare = (open.len() + 1).saturating_sub(SESSIONS);
        open.drain(..spare);
        open.push(Session { cookie: digest(&cookie), secret, who: who.to_owned(), begun: Instant::now() });
        Ok(format!("{COOKIE}={cookie}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict", LASTS.as_secs()))
    }

    /// Logs out whoever has the cookie; gives the cookie that takes it away.
    pub fn logout(&self, headers: &HeaderMap) -> String {
        let cookie = cookie(headers).map(digest);
        self.sessions().retain(|s| Some(s.cookie) != cookie);
        format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict")
    }

    /// Who sent a request.
    pub fn editor(&self, headers: &HeaderMap) -> Editor {
        let Some(cookie) = cookie(headers).map(digest) else { return Editor::Visitor };
        let open = self.sessions();
        let session = open.iter().find(|s| s.cookie == cookie);
        session.map_or(Editor::Visitor, |s| Editor::Named { who: s.who.clone(), secret: s.secret.clone() })
    }

    /// The sessions that have not ended.
    fn sessions(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        open.retain(|s| s.begun.elapsed() < LASTS);
        open
    }
}

impl Editor {
    /// Whether a form of somebody holds their secret.
    pub fn sent(&self, given: Option<&str>) -> bool {
        matches!(self, Editor::Named { secret, .. } if given.map(digest) == Some(digest(secret)))
    }
}

/// Our cookie; none where there are two.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let mut ours = all.filter_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    let first = ours.next()?;
    ours.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_guesses_has_to_wait() {
        let sessions = Sessions { token: Token(digest("right")), open: Mutex::default(), wrong: Mutex::default() };
        let begun = Instant::now();
        let login = |token, after| sessions.login(token, "سارة", begun + Duration::from_secs(after)).err();
        for second in 0..WRONG as u64 {
            assert_eq!(login("guess", second), Some(Refused::Wrong));
        }
        assert_eq!((login("guess", 11), login("right", 59)), (Some(Refused::Wait), Some(Refused::Wait)));
        assert_eq!(login("right", 61), None, "the first is a minute old");
        assert_eq!((login("guess", 61), login("guess", 61)), (Some(Refused::Wrong), Some(Refused::Wrong)));
        assert_eq!(login("guess", 61), Some(Refused::Wait));
        assert_eq!(login("right", 130), None);
    }
}
