//! Feeds: a bad entry costs no other, the same file again changes nothing, and a poll adds only what is new. What a file holds besides
//! articles is told by the ledger.

mod rig;

use rig::Rig;

const ENTRIES: usize = 1000;
/// Entries that are no articles, and what is said of them.
const BAD: [(usize, &str); 3] = [(17, "no title and no text"), (500, "text of"), (998, "no title and no text")];

fn entry(n: usize) -> String {
    format!(
        "<item><guid>tag:harbour.example,2026:{n}</guid><link>https://harbour.example/{n}</link><title>Boat {n} of the ferry line {} is sold</title>\
         <pubDate>Wed, 04 Mar 2026 {:02}:{:02}:00 GMT</pubDate><description>The owners of boat {n} sold it to the town of port number {} for {} crowns.\
         </description></item>",
        n * 7919 % 6007,
        n / 60 % 24,
        n % 60,
        n * 104_729 % 9973,
        n * 31 + 5
    )
}

fn feed(entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries.collect();
    format!("<rss version=\"2.0\"><channel><title>Harbour Herald</title><link>https://harbour.example</link>{entries}</channel></rss>")
}

#[test]
fn three_bad_entries_of_a_thousand_cost_no_other() {
    // Time enough for a build without optimisation on a busy machine.
    let rig = Rig::with("[limits]\ntext_bytes = 20000\nparse_seconds = 60\n");
    let too_long = format!("<item><title>Long</title><description>{}</description></item>", "much too long ".repeat(2000));
    let item = |n: usize| match BAD.iter().position(|(at, _)| *at == n) {
        Some(1) => too_long.clone(),
        Some(_) => "<item><guid>empty</guid></item>".to_owned(),
        None => entry(n),
    };
    let file = feed((0..ENTRIES).map(item));
    rig.drop_file("feed.xml", &file);
    rig.once();
    let line = &rig.json(&["files"])[0];
    assert_eq!((line["outcome"].as_str(), line["articles"].as_u64()), (Some("partial"), Some(997)), "{line}");
    let rejects = line["rejects"].as_array().unwrap();
    assert_eq!(rejects.len(), BAD.len(), "{rejects:?}");
    for (reject, (at, reason)) in rejects.iter().zip(BAD) {
        assert_eq!(reject["position"], at);
        assert!(reject["reason"].as_str().unwrap().starts_with(reason), "{reject}");
    }
    rig.drop_file("again/feed.xml", &file);
    rig.once();
    let files = rig.json(&["files"]);
    assert_eq!((files.len(), files[0]["outcome"].as_str(), files[0]["articles"].as_u64()), (2, Some("resent"), Some(0)));
    assert_eq!(rig.json(&["status"])[0]["totals"]["articles"], 997);
}

#[test]
fn a_feed_that_is_polled_adds_only_what_is_new() {
    let rig = Rig::new();
    for hour in 0..4 {
        rig.drop_file(&format!("poll-{hour}.xml"), feed((hour * 2..hour * 2 + 20).rev().map(entry)));
        rig.once();
        let line = &rig.json(&["files"])[0];
        let added = if hour == 0 { 20 } else { 2 };
        assert_eq!((line["outcome"].as_str(), line["articles"].as_u64()), (Some("stored"), Some(added)), "poll {hour}");
    }
    let note = rig.json(&["files"])[0]["notes"][0].as_str().unwrap().to_owned();
    assert!(note.starts_with("18 articles are stored already"), "{note}");
    assert_eq!(rig.json(&["status"])[0]["totals"]["articles"], 26);
    // A changed entry is another version; and what it was before is one again.
    let changed = entry(9).replace("crowns", "crowns and a goat");
    for (n, item) in [changed, entry(9)].into_iter().enumerate() {
        rig.drop_file(&format!("changed-{n}.xml"), feed([item, entry(8)].into_iter()));
        rig.once();
        assert_eq!(rig.json(&["files"])[0]["articles"], 1);
    }
    let versions: Vec<_> = rig
        .json(&["export", "articles"])
        .iter()
        .filter(|a| a["url"] == "https://harbour.example/9")
        .map(|a| a["version"].clone())
        .collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[test]
fn what_an_archive_of_a_crawl_holds_besides_pages_is_told_by_the_ledger() {
    let rig = Rig::new();
    rig.drop_file("crawl.warc.gz", include_bytes!("wire/formats/warc-encodings/crawl.warc.gz"));
    rig.once();
    let notes = rig.json(&["files"])[0]["notes"].clone();
    let notes: Vec<&str> = notes.as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    assert!(
        notes.contains(&"passed over: 1 answers that are no HTML") && notes.contains(&"passed over: 2 records of type request"),
        "{notes:?}"
    );
}
