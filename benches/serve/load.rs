//! Questions over one connection that is kept, and how long each took.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Addresses of one kind, asked in turn.
pub struct Kind {
    name: String,
    paths: Vec<String>,
    asked: usize,
    took: Vec<f64>,
    bytes: usize,
    /// CPU milliseconds of the site for a question, where it did nothing else.
    cpu: Option<f64>,
}

impl Kind {
    pub fn new<P: Into<String>>(name: impl Into<String>, paths: impl IntoIterator<Item = P>) -> Self {
        let paths = paths.into_iter().map(Into::into).collect();
        Self { name: name.into(), paths, asked: 0, took: Vec::new(), bytes: 0, cpu: None }
    }
}

/// Who asks.
pub struct Load {
    address: String,
    connection: BufReader<TcpStream>,
    kinds: Vec<Kind>,
}

impl Load {
    pub fn new(address: &str, kinds: Vec<Kind>) -> Self {
        Self { address: address.to_owned(), connection: connect(address), kinds }
    }

    /// Asks everything once, untimed.
    pub fn warm(&mut self) {
        self.each();
        self.forget();
    }

    fn forget(&mut self) {
        self.kinds.iter_mut().for_each(|k| (k.took, k.bytes, k.cpu) = (Vec::new(), 0, None));
    }

    /// Asks a question of each kind.
    pub fn each(&mut self) {
        (0..self.kinds.len()).for_each(|kind| self.ask(kind, Instant::now()));
    }

    /// Asks so many questions of each kind, one kind after the other, but none for longer than `most`; `cpu` says how many seconds of the processor the site took so far.
    pub fn each_often(&mut self, times: usize, most: Duration, cpu: impl Fn() -> f64) {
        for kind in 0..self.kinds.len() {
            let (before, begun) = (cpu(), Instant::now());
            (0..times).take_while(|_| begun.elapsed() < most).for_each(|_| self.ask(kind, Instant::now()));
            self.kinds[kind].cpu = Some((cpu() - before) * 1e3 / self.kinds[kind].took.len() as f64);
        }
    }

    /// Asks so many a second, by turns of each kind, until it is done. What has to wait for the answer before it counts as slow.
    pub fn pace(&mut self, rate: f64, done: &AtomicBool) {
        let begun = Instant::now();
        for n in 0.. {
            let due = begun + Duration::from_secs_f64(f64::from(n) / rate);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if done.load(Ordering::Relaxed) {
                return;
            }
            self.ask(n as usize % self.kinds.len(), due);
        }
    }

    fn ask(&mut self, at: usize, since: Instant) {
        let kind = &mut self.kinds[at];
        let path = &kind.paths[kind.asked % kind.paths.len()];
        kind.asked += 1;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        let mut asked = self.connection.get_mut().write_all(request.as_bytes()).ok().and_then(|()| answer(&mut self.connection, path));
        if asked.is_none() {
            // The site ends connections that were silent for long.
            self.connection = connect(&self.address);
            self.connection.get_mut().write_all(request.as_bytes()).unwrap();
            asked = answer(&mut self.connection, path);
        }
        let bytes = asked.unwrap_or_else(|| panic!("{path}: no answer"));
        kind.took.push(since.elapsed().as_secs_f64() * 1e3);
        kind.bytes = kind.bytes.max(bytes);
    }

    /// Prints what was asked since the last table.
    pub fn table(&mut self, when: &str) {
        println!("{when}\n{:<28} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8}", "", "asked", "p50", "p99", "longest", "CPU ms", "kB");
        for kind in &mut self.kinds {
            kind.took.sort_unstable_by(f64::total_cmp);
            let at = |share: f64| kind.took.get(((kind.took.len().max(1) - 1) as f64 * share).ceil() as usize).copied().unwrap_or(f64::NAN);
            let [middle, most, longest] = [0.5, 0.99, 1.0].map(at);
            let cpu = kind.cpu.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1}"));
            let (name, asked, size) = (&kind.name, kind.took.len(), kind.bytes as f64 / 1e3);
            println!("{name:<28} {asked:>6} {middle:>8.1} {most:>8.1} {longest:>8.1} {cpu:>8} {size:>8.1}");
        }
        self.forget();
    }
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    BufReader::new(stream)
}

/// Reads an answer, which must be one of success; returns the bytes of its body. Nothing if the connection has ended.
fn answer(connection: &mut BufReader<TcpStream>, path: &str) -> Option<usize> {
    let mut line = String::new();
    if connection.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let status = line.clone();
    let mut length = None;
    while line != "\r\n" {
        line.clear();
        assert!(connection.read_line(&mut line).unwrap() > 0, "{path}: the answer ends in its head");
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length.unwrap_or_else(|| panic!("{path}: no length"))];
    connection.read_exact(&mut body).unwrap();
    assert!(status.contains(" 200 "), "{path}: {status}{}", String::from_utf8_lossy(&body));
    Some(body.len())
}
