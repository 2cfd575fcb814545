//! One bad file harms only itself: pages, XML and archives are read by processes of their own, with the same result, and what such a
//! process does to itself ends in the ledger as a reject of its file.

mod rig;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
use rayon::prelude::*;
use rig::Rig;
use wirefold::article::Parsed;
use wirefold::config::Config;
use wirefold::inbox::{self, InboxFile};
use wirefold::parse::{FileHints, Limits, parse, parse_own};
use wirefold::parsers::Parsers;
use wirefold::sources::Sources;

fn parsers() -> Parsers {
    Parsers::new(&Config { program: Some(assert_cmd::cargo::cargo_bin("wirefold")), ..Config::default() })
}

/// All files of the wire cases.
fn wire_files() -> Vec<InboxFile> {
    let (found, problems) = inbox::scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire"));
    assert_eq!(problems, Vec::<String>::new());
    found.into_iter().map(|found| inbox::read(found, Limits::default().file_bytes)).collect()
}

fn hints<'a>(file: &'a InboxFile, name: &'a str) -> FileHints<'a> {
    let received = "2026-03-05T12:00:00Z".parse().unwrap();
    FileHints { name, folder: file.found.folder.as_deref(), sidecar: file.sidecar.as_deref(), received, sources: Sources::shipped() }
}

fn named<'a>(file: &'a InboxFile) -> std::borrow::Cow<'a, str> {
    file.found.path.file_name().unwrap().to_string_lossy()
}

#[test]
fn what_is_read_does_not_depend_on_where() {
    let (parsers, files) = (parsers(), wire_files());
    let read: Vec<(Parsed, bool)> = files
        .par_iter()
        .map(|file| {
            let (name, bytes) = (named(file), &file.content.as_ref().unwrap().0);
            (parsers.parse(bytes, &hints(file, &name)), parse_own(bytes, &hints(file, &name), &Limits::default()).is_none())
        })
        .collect();
    for (file, (read, _)) in files.iter().zip(&read) {
        let here = parse(&file.content.as_ref().unwrap().0, &hints(file, &named(file)), &Limits::default());
        assert_eq!(*read, here, "{}", file.found.path.display());
    }
    let elsewhere = read.iter().filter(|(_, elsewhere)| *elsewhere).count();
    assert!(elsewhere > 20 && read.len() - elsewhere > 20, "{elsewhere} of {} were read elsewhere", read.len());
}

/// Numbers to their last digit, and nesting as deep as JSON is read, in an archive that another process opens.
#[test]
fn unknown_keys_come_back_as_they_were() {
    let deep = format!("{}1{}", "[".repeat(119), "]".repeat(119));
    let json = format!(
        "{{\"title\":\"نهر الوادي\",\"text\":\"فاض النهر\",\"exact\":1.7976931348623157e-308,\"pi\":0.1234567890123456789,\"deep\":{deep}}}"
    );
    let mut zip = zip::write::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a.json", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(json.as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let limits = Limits { json_depth: 120, ..Limits::default() };
    let parsers = Parsers::new(&Config { limits, program: Some(assert_cmd::cargo::cargo_bin("wirefold")), ..Config::default() });
    let hints = FileHints { name: "a.zip", folder: None, sidecar: None, received: Timestamp::UNIX_EPOCH, sources: Sources::shipped() };
    let read = parsers.parse(&zip, &hints);
    assert_eq!(read.articles.len(), 1, "{:?}", read.rejects);
    assert_eq!(read, parse(&zip, &hints, &limits));
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(content).unwrap();
    to.finish().unwrap()
}

/// A short crawl that ends within its first kilobyte, amid a record: those before are read.
#[test]
fn a_small_damaged_crawl_is_read_as_far_as_it_is_sound() {
    let page =
        "<html><head><title>Orun ferry sails</title></head><body><p>The ferry of Orun sails again after the storm.</p></body></html>";
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let head = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://orun.example/1\r\nContent-Type: application/http\r\n";
    let record = gz(format!("{head}Content-Length: {}\r\n\r\n{http}\r\n\r\n", http.len()).as_bytes());
    let crawl = [&record[..], &record[..record.len() / 2]].concat();
    let hints = FileHints { name: "c.warc.gz", folder: None, sidecar: None, received: Timestamp::UNIX_EPOCH, sources: Sources::shipped() };
    let read = parsers().parse(&crawl, &hints);
    assert_eq!(read, parse(&crawl, &hints, &Limits::default()));
    assert_eq!((read.articles.len(), read.rejects.len()), (1, 2), "{read:?}");
}

/// However it is dressed up, markup is not read here; and what is not markup is.
#[test]
fn markup_is_known_in_any_dress() {
    let utf16 = |text: &str| [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let page = "<html><body><p>The ferry of Orun sails again after the storm of Tuesday.</p></body></html>";
    let own = |bytes: &[u8]| {
        let hints = FileHints { name: "f", folder: None, sidecar: None, received: Timestamp::UNIX_EPOCH, sources: Sources::shipped() };
        parse_own(bytes, &hints, &Limits::default()).is_some()
    };
    let spaced = format!("\u{3000}\u{2003}\n{page}");
    let late = format!("{}{page}", " ".repeat(5000));
    for markup in
        [page.as_bytes(), spaced.as_bytes(), late.as_bytes(), &utf16(page), &utf16(&spaced), &gz(page.as_bytes()), &gz(late.as_bytes())]
    {
        assert!(!own(markup), "{:?}", String::from_utf8_lossy(markup));
    }
    for text in ["عبّارة أورون تبحر <من جديد>", "{\"title\": \"<b>\", \"text\": \"<p>x</p>\"}", "Title: a\n\n<p>b"] {
        assert!(own(text.as_bytes()) && own(&utf16(text)) && own(&gz(text.as_bytes())), "{text}");
    }
}

/// A page that holds an article; `what` stands in it.
fn page(n: usize, what: &str) -> String {
    format!(
        "<html><head><title>نشرة أورون رقم {n}</title></head><body><p>اجتمع مجلس أورون للمرة {n} وبحث في الآبار والطرق.</p>\
         <p>The council of Orun spoke of wells and roads {n}. {what}</p></body></html>"
    )
}

fn reasons(rig: &Rig) -> Vec<(String, String)> {
    let rejects = rig.json(&["rejects"]);
    let mut reasons: Vec<_> =
        rejects.iter().map(|r| (r["path"].as_str().unwrap().to_owned(), r["rejects"][0]["reason"].as_str().unwrap().to_owned())).collect();
    reasons.sort();
    reasons
}

const LIMITS: &str = "[limits]\nparse_seconds = 3.0\nparse_memory_mb = 256";

/// What a parser may do, and what its sender is told.
const FAULTS: [(&str, &str); 6] = [
    ("abort", "parser ended: signal SIGABRT"),
    ("close", "parser ended: it closed its pipe, or was killed"),
    ("garbage", "parser ended: its answer makes no sense"),
    ("leave", "parser ended: exit code 9"),
    ("loop", "parser took more than 3 s: limits.parse_seconds = 3 for each 4 MB"),
    ("memory", "parser took more than limits.parse_memory_mb = 256 of memory"),
];

#[test]
fn whatever_a_parser_does_only_its_file_is_rejected() {
    for round in 0..2 {
        for args in [&["run", "--once"][..], &["ingest", "inbox"]] {
            let rig = Rig::with(LIMITS);
            (0..8).for_each(|n| rig.drop_file(&format!("good-{n}.html"), page(n, "")));
            rig.drop_file("plain.txt", rig::article(50));
            FAULTS.iter().for_each(|(fault, _)| rig.drop_file(&format!("{fault}.html"), page(90, &format!("fault: {fault}"))));
            let output = rig.command(args).env("WIREFOLD_PLANTED", "parser_faults").output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
            let expected: Vec<_> = FAULTS.iter().map(|(fault, why)| (format!("inbox/{fault}.html"), (*why).to_owned())).collect();
            assert_eq!((reasons(&rig), rig.stored()), (expected, 9), "{args:?}, round {round}");
        }
    }
}

#[test]
fn a_parser_reaches_no_folder() {
    if !landlock_is_there() {
        eprintln!("skipped: this system has no landlock");
        return;
    }
    for (planted, left) in [("parser_faults", ["file", "other"]), ("parser_faults no_rules", ["made", "moved"])] {
        let rig = Rig::new();
        let folder = rig.path("reach");
        fs::create_dir(&folder).unwrap();
        ["file", "other"].iter().for_each(|name| fs::write(folder.join(name), "kept").unwrap());
        rig.drop_file("page.html", page(1, &format!("fault: remove {} .", folder.display())));
        rig.command(&["run", "--once"]).env("WIREFOLD_PLANTED", planted).output().unwrap();
        let mut there: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        there.sort();
        assert_eq!(there, left, "{planted}");
        assert_eq!(rig.stored(), 1, "{planted}");
    }
}

/// Whether processes here can take rights from themselves.
fn landlock_is_there() -> bool {
    let strict = Ruleset::default().set_compatibility(CompatLevel::HardRequirement).handle_access(AccessFs::from_all(ABI::V1));
    strict.is_ok_and(|rules| rules.create().is_ok())
}

#[test]
fn pages_and_xml_made_to_kill_leave_the_others_stored() {
    let rig = Rig::new();
    (0..8).for_each(|n| rig.drop_file(&format!("good-{n}.html"), page(n, "")));
    rig.drop_file("lists.html", "<ul><li>".repeat(512 << 7));
    let entities: String = (1..10).map(|n| format!("<!ENTITY lol{n} \"{}\">", format!("&lol{};", n - 1).repeat(10))).collect();
    rig.drop_file("laughs.xml", format!("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY lol0 \"ha\">{entities}]><rss><channel><item><title>&lol9;</title></item></channel></rss>"));
    assert_eq!(rig.once(), 1);
    let reasons = reasons(&rig);
    assert_eq!(reasons.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["inbox/laughs.xml", "inbox/lists.html"], "{reasons:?}");
    assert_eq!(rig.stored(), 8);
}

#[test]
fn where_no_parser_can_be_started_files_are_read_here_with_one_warning() {
    let rig = Rig::new();
    (0..8).for_each(|n| rig.drop_file(&format!("good-{n}.html"), page(n, "")));
    let output = rig.command(&["ingest", "inbox"]).env("WIREFOLD_PLANTED", "no_parsers").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), rig.stored()), (Some(0), 8), "{said}");
    assert_eq!(said.matches("no process can be started").count(), 1, "{said}");
    let other = Parsers::new(&Config { program: Some("/bin/true".into()), ..Config::default() });
    let hints = FileHints { name: "a.html", folder: None, sidecar: None, received: Timestamp::UNIX_EPOCH, sources: Sources::shipped() };
    assert_eq!(other.parse(page(1, "").as_bytes(), &hints), parse(page(1, "").as_bytes(), &hints, &Limits::default()), "no parser at all");
}

/// Processes whose parent is this one, with the name under which they run.
fn children(parent: u32) -> Vec<PathBuf> {
    let stat = |process: &Path| fs::read_to_string(process.join("stat")).unwrap_or_default();
    let is_child =
        |process: &PathBuf| stat(process).rsplit(')').next().unwrap_or("").split_whitespace().nth(1) == Some(&parent.to_string());
    fs::read_dir("/proc").unwrap().map(|e| e.unwrap().path()).filter(is_child).collect()
}

/// Numbers of the open files of a process, and what they are.
fn open_files(process: &Path) -> Vec<(std::ffi::OsString, PathBuf)> {
    let files = fs::read_dir(process.join("fd")).unwrap().map(Result::unwrap);
    files.filter_map(|file| Some((file.file_name(), fs::read_link(file.path()).ok()?))).collect()
}

/// Whether a process runs, and is not only waited for.
fn runs(process: &Path) -> bool {
    fs::read_to_string(process.join("stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn parsers_hold_nothing_and_end_with_the_daemon() {
    let rig = Rig::with("[limits]\nparse_memory_mb = 300");
    let mut daemon = rig.start();
    rig.drop_file("a.html", page(1, ""));
    rig::eventually("the page is stored", || rig.stored() == 1);
    let parsers = children(daemon.0.id());
    assert!(!parsers.is_empty(), "no parser was started");
    for parser in &parsers {
        assert_eq!(fs::read_to_string(parser.join("environ")).unwrap(), "", "{parser:?}");
        // What this test was started with and passed on unasked is no doing of the daemon.
        let open: Vec<_> = open_files(parser).into_iter().filter(|file| !open_files(Path::new("/proc/self")).contains(file)).collect();
        assert!(open.len() == 3 && open.iter().all(|(_, to)| to.to_string_lossy().starts_with("pipe:")), "{open:?}");
        let limits = fs::read_to_string(parser.join("limits")).unwrap();
        let limit = |name: &str| limits.lines().find_map(|l| l.strip_prefix(name)).unwrap().split_whitespace().next().unwrap().to_owned();
        let set = ["Max open files", "Max core file size", "Max file size", "Max address space"].map(limit);
        assert_eq!(set, ["3", "0", "0", &(300u64 << 20).to_string()]);
    }
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    rig::eventually("the parsers end", || !parsers.iter().any(|parser| runs(parser)));
}

#[test]
fn a_parser_that_works_for_nobody_ends_too() {
    let rig = Rig::with("[limits]\nparse_seconds = 3600.0");
    let log = fs::File::create(rig.path("log")).unwrap();
    let mut command = rig.command(&["run"]);
    let mut daemon =
        rig::Daemon(command.env("WIREFOLD_PLANTED", "parser_faults").stdout(std::process::Stdio::null()).stderr(log).spawn().unwrap());
    rig.drop_file("loop.html", page(1, "fault: loop"));
    rig::eventually("a parser works", || !children(daemon.0.id()).is_empty());
    let parsers = children(daemon.0.id());
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    rig::eventually("it ends", || !parsers.iter().any(|parser| runs(parser)));
}
