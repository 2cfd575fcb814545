//! Whoever may write into the inbox swaps files and folders there for links while they are taken: nothing outside is read, moved or written.

mod rig;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rig::account::Random;
use rig::strace::{self, Traced};
use rig::{Rig, article, eventually, read};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use wirefold::article::Outcome;
use wirefold::config::{After, Config};
use wirefold::ingest::{Ingest, Received, Tally};

/// A word that stands in files outside alone.
const CANARY: &str = "zinnoberkanarie";
/// Files outside, by the names that files in the inbox have too.
const FILES: usize = 8;
/// How long things are swapped.
const WHILE: Duration = Duration::from_secs(3);

/// A rig with files beside the inbox that are none of our business; `None` where the daemon cannot be slowed down, so that it would
/// hardly ever be met between its look at a file and its move.
fn rig() -> Option<Rig> {
    let rig = Rig::with("rescan_seconds = 0.5");
    std::fs::create_dir(rig.path("outside")).unwrap();
    for n in 0..FILES {
        std::fs::write(rig.path(&format!("outside/{n}.txt")), format!("Title: {CANARY}\n\nThe {CANARY} sings {n} times.\n")).unwrap();
    }
    std::fs::write(rig.path("outside/source.json"), format!("{{\"source\": \"{CANARY}\"}}")).unwrap();
    strace::is_here().then_some(rig)
}

/// What lies outside the inbox: paths and bytes.
fn outside(rig: &Rig) -> Vec<(PathBuf, Vec<u8>)> {
    rig.files("outside").into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap_or_default())).collect()
}

fn holds_canary(file: &Path) -> bool {
    read(file).windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

/// Runs the daemon, slowed down before it moves a file, while pairs of names in the inbox are given to each other; then looks at what it
/// did. `also` is done before each exchange.
fn swapped(rig: &Rig, pairs: &[[&str; 2]], mut also: impl FnMut(usize)) {
    let (before, mut random) = (outside(rig), Random::seeded());
    let daemon = Traced::start(rig, "renameat2,linkat", "delay_enter=100000");
    let (begun, mut swaps) = (Instant::now(), 0);
    while begun.elapsed() < WHILE {
        also(swaps);
        std::thread::sleep(Duration::from_millis(random.below(150)));
        for names in pairs {
            let [a, b] = names.map(|name| rig.path("inbox").join(name));
            swaps += usize::from(renameat_with(CWD, &a, CWD, &b, RenameFlags::EXCHANGE).is_ok());
        }
        assert!(outside(rig) == before, "something outside was moved or written: {:?}", rig.files("outside"));
    }
    assert!(swaps > 5, "nothing was swapped");
    rig.drop_file("last.txt", article(1000));
    eventually("others are taken", || rig.ledger().iter().any(|line| line.path == "inbox/last.txt" && line.outcome == "stored"));
    assert_eq!(daemon.stop(), 0);
    assert!(outside(rig) == before, "something outside was moved or written: {:?}", rig.files("outside"));
    for file in rig.files("data").into_iter().chain([rig.path("log")]) {
        assert!(!holds_canary(&file), "{} holds what stands outside", file.display());
    }
}

#[test]
fn a_file_that_becomes_a_link_while_it_is_taken_leads_nowhere() {
    let Some(rig) = rig() else { return };
    symlink(rig.path("outside/0.txt"), rig.path("inbox/.a")).unwrap();
    symlink(rig.path("outside/source.json"), rig.path("inbox/.source")).unwrap();
    rig.drop_file("a.txt", article(0));
    rig.drop_file("b.meta.json", "{\"source\": \"Orun Post\"}");
    swapped(&rig, &[["a.txt", ".a"], ["b.meta.json", ".source"]], |n| {
        rig.drop_file("b.txt", article(100 + n));
        // What was taken, or was put away as a link, is there again.
        for (name, hidden, content) in [("a.txt", ".a", article(200 + n)), ("b.meta.json", ".source", "{}".to_owned())] {
            for name in [name, hidden] {
                if std::fs::symlink_metadata(rig.path("inbox").join(name)).is_err() {
                    rig.drop_file(name, &content);
                }
            }
        }
    });
}

#[test]
fn a_folder_that_becomes_a_link_while_its_files_are_taken_leads_nowhere() {
    let Some(rig) = rig() else { return };
    symlink(rig.path("outside"), rig.path("inbox/.sub")).unwrap();
    (0..FILES).for_each(|n| rig.drop_file(&format!("sub/{n}.txt"), article(n)));
    swapped(&rig, &[["sub", ".sub"]], |_| {});
}

/// Files that stay where they are, and those that cannot be claimed, are read there: between the scan and that a folder becomes a link.
#[test]
fn a_folder_that_became_a_link_since_it_was_looked_into_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let at = |below: &str| folder.path().join(below);
    for below in ["inbox/sub", "inbox/other", "outside"] {
        std::fs::create_dir_all(at(below)).unwrap();
    }
    for below in ["inbox/sub/a.txt", "inbox/other/b.txt"] {
        std::fs::write(at(below), article(1)).unwrap();
    }
    for (name, content) in
        [("a.txt", format!("Title: {CANARY}\n\nThe {CANARY} sings.\n")), ("b.meta.json", format!("{{\"source\": \"{CANARY}\"}}"))]
    {
        std::fs::write(at("outside").join(name), content).unwrap();
    }
    let config = Config { inbox: at("inbox"), store: at("wirefold.db"), after: After::Keep, ..Config::default() };
    let found = wirefold::inbox::scan(&config.inbox).0;
    assert_eq!(found.len(), 2);
    std::fs::rename(at("inbox/sub"), at("inbox/.gone")).unwrap();
    symlink(at("outside"), at("inbox/sub")).unwrap();
    let taken = Ingest::open(&config).unwrap().take(found, Received::At(jiff::Timestamp::now()), &mut Tally::default()).unwrap();
    let said: Vec<_> = taken.iter().map(|file| (file.outcome, file.rejects.first().map(|r| r.reason.as_str()))).collect();
    assert_eq!(said, [(Outcome::Stored, None), (Outcome::Rejected, Some("its folder is a link by now; links are not followed"))]);
    assert!(!holds_canary(&config.store), "nothing outside was read");
}
