//! How fast files become articles: µs an article and MB a second for each format, on one core and generated news.
//!
//! `cargo bench --bench parse [-- [ARTICLES] [FORMAT]]` (default 2,000, every format). Time is that of this thread on a processor, the least of
//! three passes, so that what else the machine does counts little. Every format holds the same articles: invented words from a fixed seed,
//! 240 of them each, half of the articles Arabic. Formats with one article a file are read file by file. Reading includes decoding,
//! telling the format, the date, source and language of each article. The last columns are of the same files through [`Parsers`], which reads
//! pages, XML and archives in a process of its own: times the time, and µs more for each file. Rates are for this machine; compare the
//! lines of one run.

mod corpus;
mod meter;

use std::io::Write;

use corpus::Random;
use jiff::Timestamp;
use meter::Spent;
use serde_json::json;
use wirefold::config::Config;
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::parsers::Parsers;

/// Words of one article, in paragraphs of 60.
const WORDS: usize = 240;

struct Article {
    title: String,
    paragraphs: Vec<String>,
}

fn article(n: usize) -> Article {
    let mut random = Random(n as u64);
    let letters: Vec<char> = if n.is_multiple_of(2) { "بتجحدرسشصعفقكلمنهوايا" } else { "bdfgklmnprstvzaeiouae" }.chars().collect();
    let mut words = |count: usize| {
        // Every third word is one of the commonest of its language, as in any text.
        let common: &[&str] =
            if n.is_multiple_of(2) { &["في", "من", "على", "إلى", "أن"] } else { &["the", "of", "and", "in", "said", "was"] };
        let word = |random: &mut Random| match random.index(3) {
            0 => common[random.index(common.len())].to_owned(),
            _ => (0..3 + random.index(5)).map(|_| letters[random.index(letters.len())]).collect::<String>(),
        };
        (0..count).map(|_| word(&mut random)).collect::<Vec<_>>().join(" ")
    };
    Article { title: words(8), paragraphs: (0..WORDS / 60).map(|_| words(60) + ".").collect() }
}

impl Article {
    fn marked_up(&self) -> String {
        self.paragraphs.iter().map(|p| format!("<p>{p}</p>")).collect()
    }

    fn plain(&self) -> Vec<u8> {
        format!("Title: {}\nSource: Courier\nDate: 2026-03-03T09:15:00Z\n\n{}\n", self.title, self.paragraphs.join("\n")).into_bytes()
    }

    fn json(&self) -> String {
        json!({ "title": self.title, "text": self.paragraphs.join("\n"), "source": "Courier", "published": "2026-03-03T09:15:00Z" })
            .to_string()
    }

    fn html(&self) -> String {
        format!(
            "<!doctype html><html><head><meta charset=utf-8><title>{0}</title><meta property=\"article:published_time\" content=\"2026-03-03T09:15:00Z\">\
             </head><body><nav><ul><li><a href=/>Home</a></li><li><a href=/s>Sport</a></li></ul></nav><article><h1>{0}</h1>{1}</article>\
             <footer>All rights reserved</footer></body></html>",
            self.title,
            self.marked_up()
        )
    }

    fn nitf(&self) -> String {
        format!(
            "<nitf><head><docdata><date.issue norm=\"20260303T091500Z\"/></docdata></head><body><body.head><hedline><hl1>{}</hl1></hedline>\
             <distributor>Courier</distributor></body.head><body.content>{}</body.content></body></nitf>",
            self.title,
            self.marked_up()
        )
    }

    fn newsml_g2(&self) -> String {
        format!(
            "<newsItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\" guid=\"urn:x\"><itemMeta><provider literal=\"Courier\"/><versionCreated>\
             2026-03-03T09:15:00Z</versionCreated></itemMeta><contentMeta><headline>{}</headline></contentMeta><contentSet><inlineXML>\
             <html xmlns=\"http://www.w3.org/1999/xhtml\"><body>{}</body></html></inlineXML></contentSet></newsItem>",
            self.title,
            self.marked_up()
        )
    }

    fn newsml_1(&self) -> String {
        format!(
            "<NewsItem><NewsManagement><ThisRevisionCreated>20260303T091500Z</ThisRevisionCreated></NewsManagement><NewsComponent><NewsLines>\
             <HeadLine>{}</HeadLine></NewsLines><ContentItem><DataContent>{}</DataContent></ContentItem></NewsComponent></NewsItem>",
            self.title,
            self.marked_up()
        )
    }

    fn entry(&self, element: &str, content: &str, date: &str) -> String {
        let escaped = self.marked_up().replace('<', "&lt;").replace('>', "&gt;");
        let time = "2026-03-03T09:15:00Z";
        format!("<{element}><title>{}</title><{date}>{time}</{date}><{content} type=\"html\">{escaped}</{content}></{element}>", self.title)
    }

    fn wire(&self) -> String {
        let text: String = self.paragraphs.iter().map(|p| format!("   {p}\r\n")).collect();
        format!("\u{1}cou0001\r\n3 i 240 slug\r\n\u{2}\r\n{}\r\n\r\n{text}\u{3}\r\n030915 GMT mar 26\r\n\u{4}", self.title)
    }

    fn warc(&self) -> Vec<u8> {
        let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", self.html());
        let fields = "WARC-Type: response\r\nWARC-Target-URI: https://courier.example/\r\nContent-Type: application/http; msgtype=response";
        format!("WARC/1.1\r\n{fields}\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n", page.len()).into_bytes()
    }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(content).expect("memory takes all");
    to.finish().expect("memory takes all")
}

fn zip(articles: &[Article]) -> Vec<u8> {
    let mut to = zip::write::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (n, article) in articles.iter().enumerate() {
        to.start_file(format!("{n}.txt"), zip::write::SimpleFileOptions::default()).expect("memory takes all");
        to.write_all(&article.plain()).expect("memory takes all");
    }
    to.finish().expect("memory takes all").into_inner()
}

/// The files of each format, all with the same articles.
fn formats(articles: &[Article]) -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let each = |write: fn(&Article) -> String| articles.iter().map(|a| write(a).into_bytes()).collect::<Vec<_>>();
    let all = |write: &dyn Fn(&Article) -> String| articles.iter().map(write).collect::<String>();
    let one = |content: String| vec![content.into_bytes()];
    let utf16 = |text: &str| [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let lines = all(&|a| a.json() + "\n");
    vec![
        ("plain", articles.iter().map(Article::plain).collect()),
        ("plain, UTF-16", articles.iter().map(|a| utf16(&String::from_utf8_lossy(&a.plain()))).collect()),
        ("JSON", each(Article::json)),
        ("JSON Lines", one(lines.clone())),
        ("JSON Lines, gzip", vec![gzip(lines.as_bytes())]),
        ("HTML", each(Article::html)),
        (
            "RSS",
            one(format!("<rss><channel><title>Courier</title>{}</channel></rss>", all(&|a| a.entry("item", "description", "pubDate")))),
        ),
        ("Atom", one(format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{}</feed>", all(&|a| a.entry("entry", "content", "published"))))),
        ("NITF", each(Article::nitf)),
        (
            "NewsML-G2 message",
            one(format!(
                "<newsMessage xmlns=\"http://iptc.org/std/nar/2006-10-01/\"><itemSet>{}</itemSet></newsMessage>",
                all(&Article::newsml_g2)
            )),
        ),
        ("NewsML 1.2", one(format!("<NewsML>{}</NewsML>", all(&Article::newsml_1)))),
        ("text wire", one(all(&Article::wire))),
        ("WARC", vec![articles.iter().flat_map(Article::warc).collect()]),
        ("zip of plain", vec![zip(articles)]),
    ]
}

/// Passes over the files of a format.
const PASSES: usize = 3;

fn main() {
    // Cargo adds flags of its own behind what is given.
    let mut given = std::env::args().skip(1).filter(|a| !a.starts_with('-')).peekable();
    let wanted = given.peek().and_then(|a| a.parse().ok()).inspect(|_| _ = given.next()).unwrap_or(2_000);
    let only = given.next();
    let articles: Vec<Article> = (0..wanted).map(article).collect();
    let received: Timestamp = "2026-03-05T12:00:00Z".parse().expect("a time");
    let hints =
        FileHints { name: "file", folder: Some("courier"), sidecar: None, sources: wirefold::sources::Sources::shipped(), received };
    println!("{wanted} articles of {WORDS} words in each format, one core");
    println!("{:20} {:>12} {:>8} {:>12} {:>12} {:>10}", "", "CPU µs/art.", "MB/s", "kB/article", "parsers: ×", "+µs/file");
    let parsers = Parsers::new(&Config { program: Some(env!("CARGO_BIN_EXE_wirefold").into()), ..Config::default() });
    // Starts the process that the first file would wait for.
    parsers.parse(b"<html><body><p>The wells of Orun.</p></body></html>", &hints);
    for (name, files) in formats(&articles).into_iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name)) {
        let bytes: usize = files.iter().map(Vec::len).sum();
        let pass = |_| {
            let read = || files.iter().map(|file| parse(file, &hints, &Limits::default()).articles.len()).sum::<usize>();
            let (read, spent) = meter::in_thread(read);
            assert_eq!(read, wanted, "{name}: articles are missing");
            spent
        };
        let passes: Vec<Spent> = (0..PASSES).map(pass).collect();
        let least = |of: fn(&Spent) -> f64| passes.iter().map(of).fold(f64::INFINITY, f64::min);
        let (cpu, seconds) = (least(|p| p.cpu), least(|p| p.wall));
        let elsewhere = || files.iter().map(|file| parsers.parse(file, &hints).articles.len()).sum::<usize>();
        let (read, Spent { wall: elsewhere, .. }) = meter::in_thread(elsewhere);
        assert_eq!(read, wanted, "{name}: articles are missing from the parsers");
        let (count, more) = (wanted as f64, (elsewhere - seconds) * 1e6 / files.len() as f64);
        let (each, rate, size) = (cpu * 1e6 / count, bytes as f64 / 1e6 / cpu, bytes as f64 / 1e3 / count);
        println!("{name:20} {each:12.1} {rate:8.1} {size:12.1} {:12.2} {more:10.0}", elsewhere / seconds);
    }
}
