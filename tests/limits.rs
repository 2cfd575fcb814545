//! Every limit of parsing at its border: one less than it and just as much are read, one more is not, and the sender is told why.

mod rig;

use std::io::Write;

use jiff::Timestamp;
use wirefold::article::Parsed;
use wirefold::parse::{FileHints, Limits, parse};
use wirefold::sources::Sources;

fn read(bytes: &[u8], limits: &Limits) -> Parsed {
    let hints = FileHints { name: "f", folder: None, sidecar: None, received: Timestamp::UNIX_EPOCH, sources: Sources::shipped() };
    parse(bytes, &hints, limits)
}

/// A limit of `most`, with a file that asks for any number of what it limits.
struct Case {
    key: &'static str,
    most: usize,
    set: fn(&mut Limits, usize),
    file: fn(usize) -> Vec<u8>,
    reason: &'static str,
}

/// A plain text of this many bytes.
fn text(bytes: usize) -> Vec<u8> {
    let mut text = "Title: آبار أورون\n\n".to_owned();
    text.push_str(&"w".repeat(bytes - text.len()));
    text.into_bytes()
}

fn json(title: usize, text: usize) -> Vec<u8> {
    format!("{{\"title\":\"{}\",\"text\":\"{}\"}}", "t".repeat(title), "w".repeat(text)).into_bytes()
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(content).unwrap();
    to.finish().unwrap()
}

fn zip(members: usize) -> Vec<u8> {
    let mut to = zip::write::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for n in 0..members {
        to.start_file(format!("{n}.txt"), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&text(200)).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// An archive of a crawl with this many pages.
fn crawl(pages: usize) -> Vec<u8> {
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>The wells of Orun.</p></body></html>";
    let head = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length:";
    format!("{head} {}\r\n\r\n{answer}\r\n\r\n", answer.len()).repeat(pages).into_bytes()
}

fn attributes(count: usize) -> String {
    (0..count).map(|n| format!(" a{n}=\"1\"")).collect()
}

/// A page whose innermost element has this many elements around it and itself.
fn page(depth: usize) -> Vec<u8> {
    let inner = depth - 2;
    format!("<html><body>{}The wells of Orun.{}</body></html>", "<div>".repeat(inner), "</div>".repeat(inner)).into_bytes()
}

fn feed(depth: usize) -> Vec<u8> {
    let inner = depth - 3;
    let nested = format!("{}{}", "<x>".repeat(inner), "</x>".repeat(inner));
    format!("<rss><channel><item><title>Wells of Orun</title>{nested}</item></channel></rss>").into_bytes()
}

const CASES: &[Case] = &[
    Case { key: "file_bytes", most: 2000, set: |l, n| l.file_bytes = n as u64, file: text, reason: "file of 2001 bytes is larger than" },
    Case {
        key: "decoded_bytes",
        most: 2000,
        set: |l, n| l.decoded_bytes = n,
        file: |n| gz(&text(n)),
        reason: "unpacks to more than 2000 bytes",
    },
    Case {
        key: "text_bytes",
        most: 2000,
        set: |l, n| l.text_bytes = n,
        file: |n| json(9, n),
        reason: "longer than limits.text_bytes = 2000",
    },
    Case { key: "title_bytes", most: 64, set: |l, n| l.title_bytes = n, file: |n| json(n, 9), reason: "cut to limits.title_bytes = 64" },
    Case {
        key: "title_bytes",
        most: 64,
        set: |l, n| l.title_bytes = n,
        // A kill without text is headed by the id of what it withdraws.
        file: |n| format!("{{\"id\":\"{}\",\"pubstatus\":\"canceled\"}}", "i".repeat(n - "KILL: ".len())).into_bytes(),
        reason: "cut to limits.title_bytes = 64",
    },
    Case {
        key: "title_bytes",
        most: 64,
        set: |l, n| l.title_bytes = n,
        // The headline stands below the name of the outlet.
        file: |n| {
            format!("Reuters\n\nWells of Orun {}\n\nThey were opened on Monday.\n", "o".repeat(n - "Wells of Orun ".len())).into_bytes()
        },
        reason: "cut to limits.title_bytes = 64",
    },
    Case {
        key: "articles",
        most: 3,
        set: |l, n| l.articles = n,
        file: |n| [json(9, 9), b"\n".to_vec()].concat().repeat(n),
        reason: "1 more articles than limits.articles = 3",
    },
    Case { key: "articles", most: 3, set: |l, n| l.articles = n, file: zip, reason: "more articles than limits.articles = 3" },
    Case { key: "articles", most: 3, set: |l, n| l.articles = n, file: crawl, reason: "1 more articles than limits.articles = 3" },
    Case {
        key: "json_depth",
        most: 6,
        set: |l, n| l.json_depth = n,
        file: |n| format!("{{\"title\":\"t\",\"deep\":{}1{}}}", "[".repeat(n - 1), "]".repeat(n - 1)).into_bytes(),
        reason: "nested more than 6 deep",
    },
    Case { key: "html_depth", most: 20, set: |l, n| l.html_depth = n, file: page, reason: "HTML is nested more than 20 deep" },
    Case {
        key: "html_attributes",
        most: 8,
        set: |l, n| l.html_attributes = n,
        file: |n| format!("<html><body><p{}>The wells of Orun.</p></body></html>", attributes(n)).into_bytes(),
        reason: "an HTML tag has more than 8 attributes",
    },
    Case { key: "xml_depth", most: 8, set: |l, n| l.xml_depth = n, file: feed, reason: "limits.xml_depth = 8 deep" },
    Case {
        key: "xml_attributes",
        most: 8,
        set: |l, n| l.xml_attributes = n,
        file: |n| format!("<rss><channel><item><title{}>Wells of Orun</title></item></channel></rss>", attributes(n)).into_bytes(),
        reason: "limits.xml_attributes = 8 attributes",
    },
    Case { key: "members", most: 3, set: |l, n| l.members = n, file: zip, reason: "1 members beyond limits.members = 3" },
];

/// What is wrong with a limit, if anything is.
fn wrong_at_border(Case { key, most, set, file, reason }: &Case) -> Vec<String> {
    let mut limits = Limits::default();
    set(&mut limits, *most);
    let said = |parsed: &Parsed| -> Vec<String> {
        let notes = parsed.articles.iter().flat_map(|a| &a.notes).filter(|note| note.contains("limits."));
        parsed.rejects.iter().map(|r| &r.reason).chain(notes).cloned().collect()
    };
    let mut wrong = Vec::new();
    for n in [most - 1, *most] {
        let parsed = read(&file(n), &limits);
        if parsed.articles.is_empty() || !said(&parsed).is_empty() {
            wrong.push(format!("limits.{key} = {most} refuses {n}: {:?}", said(&parsed)));
        }
    }
    let said = said(&read(&file(most + 1), &limits));
    if !said.iter().any(|said| said.contains(reason)) {
        wrong.push(format!("limits.{key} = {most} does not refuse {}: {said:?}", most + 1));
    }
    wrong
}

#[test]
fn each_limit_holds_at_its_border() {
    let wrong: Vec<String> = CASES.iter().flat_map(wrong_at_border).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The ratio counts above a megabyte: the same file at one less than its own, at its own, and at one more.
#[test]
fn the_ratio_holds_at_its_border() {
    let whole = (0..120_000).map(|n: u32| format!("well {} ", n.wrapping_mul(2_654_435_761) >> 12)).collect::<String>();
    let packed = gz(whole.as_bytes());
    let ratio = whole.len().div_ceil(packed.len());
    assert!(whole.len() > 1 << 20 && ratio > 1, "{} bytes of {}", packed.len(), whole.len());
    for (limit, fits) in [(ratio - 1, false), (ratio, true), (ratio + 1, true)] {
        let parsed = read(&packed, &Limits { ratio: limit, ..Limits::default() });
        assert_eq!(parsed.rejects.is_empty(), fits, "{limit} of {ratio}: {:?}", parsed.rejects);
    }
}

/// The size of a file is looked at before it is read, where it lies and where it is claimed.
#[test]
fn files_are_taken_up_to_their_limit() {
    for args in [&["run", "--once"][..], &["ingest", "inbox"]] {
        let rig = rig::Rig::with("[limits]\nfile_bytes = 1024");
        [1023, 1024, 1025].into_iter().for_each(|bytes| rig.drop_file(&format!("{bytes}.txt"), text(bytes)));
        assert_eq!(rig.wirefold(args).status.code(), Some(1));
        let mut ends: Vec<(String, String)> = rig.ledger().into_iter().map(|line| (line.path, line.outcome)).collect();
        ends.sort();
        let expected = [("1023", "stored"), ("1024", "stored"), ("1025", "rejected")];
        assert_eq!(ends, expected.map(|(name, outcome)| (format!("inbox/{name}.txt"), outcome.to_owned())), "{args:?}");
    }
}

/// A daemon that learns of a larger limit takes the files that were too large and are there still; their rejects are over then.
#[test]
fn a_raised_limit_is_for_files_that_wait_too() {
    let rig = rig::Rig::with("rescan_seconds = 0.5\n[limits]\nfile_bytes = 1024");
    let daemon = rig.start();
    rig.drop_file("a.txt", text(2000));
    rig.drop_file("b.txt", text(4000));
    rig::eventually("they are rejected", || rig.outcomes().get("rejected") == Some(&2));
    rig.configure("rescan_seconds = 0.5\n[limits]\nfile_bytes = 2048");
    daemon.signal("HUP");
    rig::eventually("the one that is not too large is stored", || rig.stored() == 1);
    let open: Vec<String> = rig.json(&["rejects"]).iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(open, ["inbox/b.txt"]);
    assert_eq!(rig.ledger().iter().map(|line| line.path.as_str()).collect::<Vec<_>>(), ["inbox/a.txt", "inbox/b.txt", "inbox/a.txt"]);
    assert_eq!(daemon.stop(), 0);
}

/// These two have no border that every machine shares; tests/parsers.rs passes them.
#[test]
fn every_key_of_the_limits_is_tested() {
    let tested = ["ratio", "parse_seconds", "parse_memory_mb"].into_iter().chain(CASES.iter().map(|case| case.key));
    let tested: std::collections::BTreeSet<String> = tested.map(|key| format!("limits.{key}")).collect();
    let keys = wirefold::config::Config::keys().filter(|key| key.starts_with("limits.")).map(str::to_owned).collect();
    assert_eq!(tested, keys);
}
