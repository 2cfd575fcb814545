//! A target of webhooks: a server on this machine that writes down what it is sent and answers as it is told.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

pub const KEY: [u8; 32] = *b"a key of thirty-two bytes, no le";

/// A request: its headers by lower-case name, and its body.
#[derive(Debug, Clone)]
pub struct Got {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn id(&self) -> String {
        self.headers["webhook-id"].clone()
    }

    /// Whether the signature is that of the key over id, time and body, worked out here.
    pub fn is_signed(&self) -> bool {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&KEY).unwrap();
        mac.update([&self.headers["webhook-id"], ".", &self.headers["webhook-timestamp"], ".", &self.body].concat().as_bytes());
        self.headers["webhook-signature"] == format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

pub struct Server {
    pub port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Server {
    /// Answers with these lines of status and headers, then with 204.
    pub fn answering(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            got: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
        };
        let (got, answers) = (server.got.clone(), server.answers.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let Some(request) = read(&stream) else { continue };
                got.lock().unwrap().push(request);
                let answer = answers.lock().unwrap().pop_front().unwrap_or("204 No Content");
                let _ = write!(&stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        server
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// An entry of the configuration that leads here, with more keys.
    pub fn webhook(&self, name: &str, more: &str) -> String {
        webhook(name, &format!("http://127.0.0.1:{}/hook?of=orun", self.port), &format!("allow_private = true\n{more}"))
    }
}

pub fn webhook(name: &str, url: &str, more: &str) -> String {
    format!("[[webhook]]\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"whsec_{}\"\n{more}\n", BASE64_STANDARD.encode(KEY))
}

fn read(stream: &TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    assert!(line.is_empty() || line.starts_with("POST /hook?of=orun HTTP/1.1"), "{line}");
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Got { headers, body: String::from_utf8(body).unwrap() })
}
