//! Takes of one item of a wire that come in files of their own: parts of one story, no versions, no further sources.

use std::path::Path;

use wirefold::config::Config;
use wirefold::inbox::Found;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::rebuild::rebuild;
use wirefold::store::rows::ArticleLine;
use wirefold::store::{Reader, StoreError};

const FIRST: &str =
    "ORUN, March 4 (NOR) - Four wells that had been dry since the spring of last year filled overnight in the upper quarter of Orun,\r
   and the mayor, Teresa Valcourt, let the sluices be opened before dawn.\r
   Engineers said that the spring under the saltworks had found a new way.\r
";
const ADDITION: &str =
    "   In the saltworks themselves three pans were lost. The foreman, Bodo Kreil, put the damage at nine thousand crowns and asked the\r
   insurers in Tern to send somebody who understands brine, not paper.\r
";
const LAST: &str =
    "   Last winter a flood had carried away the customs house at Mallory Ford, and its archive was never found again by the divers.\r
";
const OTHER: &str =
    "TERN, March 4 (NOR) - The choir of Tern won the festival of the isles for the third time, ahead of singers from Mallory and Gull.\r
";

fn message(number: &str, slug: &str, text: &str, hour: u32) -> String {
    format!("\u{1}nor{number} 3 i 75 {slug}\r\n\u{2}{text}\u{3}\r\n04{hour:02}30 GMT mar 26\r\n\u{4}")
}

/// The articles of these files, each stored in a process of its own if `apart`.
fn stored(files: &[String], apart: bool) -> Vec<ArticleLine> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("store.db"), ..Config::default() };
    ingest(&config, folder.path(), files, apart);
    articles(&config.store)
}

/// Takes these files in, each in a process of its own if `apart`.
fn ingest(config: &Config, folder: &Path, files: &[String], apart: bool) {
    let inbox = folder.join("nor");
    std::fs::create_dir_all(&inbox).unwrap();
    let found = |(n, bytes): (usize, &String)| {
        let path = inbox.join(format!("{n}.wire"));
        std::fs::write(&path, bytes).unwrap();
        Found { path, folder: Some("Nordic Wire".into()) }
    };
    let files: Vec<Found> = files.iter().enumerate().map(found).collect();
    for batch in files.chunks(if apart { 1 } else { files.len() }) {
        let received = Received::At("2026-03-04T23:00:00Z".parse().unwrap());
        Ingest::open(config).unwrap().take(batch.to_vec(), received, &mut Tally::default()).unwrap();
    }
}

fn articles(store: &Path) -> Vec<ArticleLine> {
    let mut lines = Vec::new();
    let each = |a: ArticleLine| -> Result<(), StoreError> {
        lines.push(a);
        Ok(())
    };
    Reader::open(store).unwrap().each_article(each).unwrap();
    lines.sort_by(|a, b| a.id.cmp(&b.id));
    lines
}

#[test]
fn additions_in_files_of_their_own_join_the_story_of_their_item() {
    let files = [
        message("0123", "BC-Wells", FIRST, 10),
        message("0124", "BC-Choir", OTHER, 10),
        message("0125", "BC-Wells, 1st add", ADDITION, 11),
        message("0126", "BC-Wells addition two last", LAST, 12),
    ];
    let orders: [&[usize]; 3] = [&[0, 1, 2, 3], &[2, 1, 0, 3], &[1, 3, 2, 0]];
    for (order, apart) in orders.iter().flat_map(|order| [(order, false), (order, true)]) {
        let files: Vec<String> = order.iter().map(|&i| files[i].clone()).collect();
        let lines = stored(&files, apart);
        let of = |n: usize| &lines[n];
        for part in [2, 3] {
            assert_eq!((&of(part).event, &of(part).story), (&of(0).event, &of(0).story), "{order:?} {apart}: {}", of(part).title);
            assert_eq!(of(part).version, 1, "{order:?} {apart}");
        }
        assert_eq!((of(0).relation.as_str(), of(2).relation.as_str()), ("first", "edited"), "{order:?} {apart}");
        assert_ne!(of(1).event, of(0).event, "another slug is another item");
    }
}

#[test]
fn an_addition_without_a_date_joins_an_item_with_the_day_in_its_dateline() {
    let without_group = |message: String| message.replace("\r\n0410", "\r\n").replace("\r\n0411", "\r\n").replace("30 GMT mar 26", "");
    let files = [message("0123", "BC-Wells", FIRST, 10), message("0125", "BC-Wells, 1st add", ADDITION, 11)].map(without_group);
    for apart in [false, true] {
        let lines = stored(&files, apart);
        assert_eq!(lines[0].published.unwrap().to_string(), "2026-03-04T00:00:00Z");
        assert_eq!((lines[1].published, &lines[1].event), (None, &lines[0].event), "{apart}");
    }
}

#[test]
fn an_addition_of_another_half_day_stays_apart() {
    let late = message("0125", "BC-Wells, 1st add", ADDITION, 23);
    let lines = stored(&[message("0123", "BC-Wells", FIRST, 10), late], false);
    assert_ne!(lines[0].event, lines[1].event, "thirteen hours later");
}

#[test]
fn a_kill_in_a_file_of_its_own_finds_what_it_withdraws() {
    let kill = "MANDATORY KILL\r\n\r\n   Editors: please kill nor0123, which was sent in error.\r\n";
    let files = [message("0123", "BC-Wells", FIRST, 10), message("0124", "BC-Choir", OTHER, 11), message("0130", "BC-Advisory", kill, 12)];
    let lines = stored(&files, true);
    assert_eq!((&lines[2].event, lines[2].version), (&lines[0].event, 1));
    assert_ne!(lines[1].event, lines[0].event);
}

#[test]
fn a_kill_under_a_number_of_last_week_is_of_the_one_that_it_names() {
    let kill = "MANDATORY KILL\r\n\r\n   Editors: please kill nor0123, which was sent in error.\r\n";
    let last_week = on_day("24", message("0130", "BC-Choir", OTHER, 10)).replace("mar 26", "feb 26");
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("store.db"), ..Config::default() };
    let files = [last_week, message("0123", "BC-Wells", FIRST, 10), message("0130", "BC-Advisory", kill, 12)];
    ingest(&config, folder.path(), &files, true);
    assert_eq!(amended(&config.store), [(2, 1, true)]);
}

#[test]
fn a_kill_that_comes_first_finds_what_it_withdraws() {
    let kill = "MANDATORY KILL\r\n\r\n   Editors: please kill nor0123, which was sent in error.\r\n";
    let files = [message("0130", "BC-Advisory", kill, 12), message("0124", "BC-Choir", OTHER, 11), message("0123", "BC-Wells", FIRST, 10)];
    for apart in [false, true] {
        let lines = stored(&files, apart);
        assert_eq!((&lines[2].event, lines[2].version), (&lines[0].event, 1), "{apart}");
        assert_ne!(lines[1].event, lines[0].event, "{apart}");
    }
}

#[test]
fn a_kill_days_later_finds_what_it_withdraws() {
    let on_the_first = |message: String| message.replace("\r\n04", "\r\n01");
    let first = || on_the_first(message("0123", "BC-Wells", FIRST, 10));
    let kill = |named: &str, slug: &str| {
        message("0130", slug, &format!("MANDATORY KILL\r\n\r\n   Editors: please kill {named}, which was sent in error.\r\n"), 12)
    };
    for kill in [kill("nor0123", "BC-Advisory"), kill("the item on wells", "BC-Wells")] {
        let lines = stored(&[first(), on_the_first(message("0124", "BC-Choir", OTHER, 11)), kill], true);
        assert_eq!(lines[0].published.unwrap().to_string(), "2026-03-01T10:30:00Z");
        assert_eq!((&lines[2].event, lines[2].version), (&lines[0].event, 1));
        assert_ne!(lines[1].event, lines[0].event);
    }
    // A slug is used again: a kill that waits is not of an item of another day.
    let lines = stored(&[on_the_first(kill("the item on wells", "BC-Wells")), message("0123", "BC-Wells", FIRST, 10)], true);
    assert_ne!(lines[0].event, lines[1].event);
}

/// So many other articles; 20,001 are as many as leave the memory of takes.
fn others(count: u32) -> String {
    let lines = (0..count).map(|n| format!("{{\"source\": \"Gull Post\", \"title\": \"Mark {n:x}\", \"text\": \"q{n}q{}\"}}\n", n * 7919));
    lines.collect()
}

fn on_day(day: &str, message: String) -> String {
    message.replace("\r\n04", &format!("\r\n{day}"))
}

/// What corrections and kills amend: order numbers of both, and whether they are an event of two.
fn amended(store: &Path) -> Vec<(u32, u32, bool)> {
    let store = rusqlite::Connection::open(store).unwrap();
    let sql = "SELECT a.pos, a.amends, p.event = q.event AND 2 = (SELECT count(*) FROM placements WHERE event = q.event) FROM articles a JOIN placements p USING(pos) JOIN placements q ON q.pos = a.amends
               ORDER BY a.pos";
    let mut query = store.prepare(sql).unwrap();
    query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_kill_finds_by_slug_or_headline_what_left_the_memory_of_takes() {
    let kill = |number: &str, slug: &str, line: &str| {
        message(number, slug, &format!("{line}\r\n\r\n   Editors: please kill this item, which was sent in error.\r\n"), 12)
    };
    let old_kill = message("0132", "BC-Choir", "MANDATORY KILL\r\n\r\n   We withdraw what we sent on the singers of the isles.\r\n", 12);
    let dike =
        "The dike of Gull holds\r\n\r\nGULL (NOR) - The dike of Gull held through the night of the spring tide, its keepers said.\r\n";
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("store.db"), ..Config::default() };
    let first = [
        on_day("02", message("0123", "BC-Wells", FIRST, 10)),
        on_day("24", message("0124", "BC-Choir", OTHER, 10)).replace("mar 26", "feb 26"),
        on_day("02", message("0125", "BC-Dike", dike, 10)),
        others(20_001),
        kill("0130", "BC-Wells", "MANDATORY KILL"),
    ];
    ingest(&config, folder.path(), &first, false);
    let killed = (20_004, 0, true);
    assert_eq!(amended(&config.store), [killed], "in one batch");

    // A store from before knows no names of items.
    let store = rusqlite::Connection::open(&config.store).unwrap();
    store
        .execute_batch(
            "DROP TABLE sums; DROP TABLE event_sums; DROP TRIGGER placed; DROP TRIGGER placed_anew; DROP TRIGGER moved; DROP TRIGGER amended;
             DROP TRIGGER passed; DROP TRIGGER explained_anew; DROP TRIGGER reworded; DROP TRIGGER summarised; DROP TRIGGER summarised_anew; DROP TABLE item_names; PRAGMA user_version = 11",
        )
        .unwrap();
    drop(store);
    let more = [kill("0131", "BC-Advisory", "KILL: The dike of Gull holds"), old_kill];
    ingest(&config, folder.path(), &more, true);
    let all = [killed, (20_005, 2, true)];
    assert_eq!(amended(&config.store), all, "and not what is eight days old");
    rebuild(&config, false, |_, _| {}).unwrap();
    assert_eq!(amended(&config.store), all, "after a rebuild");
}

#[test]
fn a_number_that_left_the_memory_of_takes_counts_before_a_slug_that_did_not() {
    let again = "ORUN, March 3 (NOR) - The council of Orun wants a fee for water from all who own a well, however deep it is.\r\n";
    let kill = |number: &str, what: &str| {
        message(number, "BC-Wells", &format!("MANDATORY KILL\r\n\r\n   Editors: please kill {what}, which was sent in error.\r\n"), 12)
    };
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("store.db"), ..Config::default() };
    let first = [
        on_day("02", message("0123", "BC-Wells", FIRST, 10)),
        on_day("02", message("0124", "BC-Choir", OTHER, 10)),
        others(20_001),
        on_day("03", message("0125", "BC-Wells", again, 10)),
        kill("0130", "nor0123"),
        on_day("04", message("0131", "BC-Choir", "MANDATORY KILL\r\n\r\n   Editors: please kill this item.\r\n", 12)),
    ];
    ingest(&config, folder.path(), &first, false);
    let killed = [(20_004, 0), (20_005, 1)];
    let amends = || amended(&config.store).into_iter().map(|(kill, item, _)| (kill, item)).collect::<Vec<_>>();
    assert_eq!(amends(), killed);

    // The kill waits for nothing, after a restart either: what comes under its slug is another item.
    let anew = "TERN, March 4 (NOR) - Fourteen choirs have put down their names for next year, among them one of bakers from Gull.\r\n";
    ingest(&config, folder.path(), &[message("0140", "BC-Choir", anew, 14)], true);
    assert_eq!(amends(), killed);
    let lines = articles(&config.store);
    let event = |number: &str| lines.iter().find(|line| line.id.as_deref() == Some(number)).unwrap().event.clone();
    assert_ne!(event("nor0140"), event("nor0131"));
}

#[test]
fn a_kill_names_what_left_the_memory_of_the_detector() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config { store: folder.path().join("store.db"), ..Config::default() };
    (config.detect.window_days, config.detect.keep_recent) = (1.0, 1000);
    let kill = "MANDATORY KILL\r\n\r\n   Editors: please kill nor0123, which was sent in error.\r\n";
    let files = [
        on_day("02", message("0123", "BC-Wells", FIRST, 10)),
        message("0124", "BC-Choir", OTHER, 10),
        others(8192),
        message("0130", "BC-Advisory", kill, 12),
    ];
    ingest(&config, folder.path(), &files, false);
    assert_eq!(amended(&config.store), [(8194, 0, false)]);
}
