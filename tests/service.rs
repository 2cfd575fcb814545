//! The daemon as a service: what it tells the service manager, what SIGHUP changes, what it logs, and that its unit is tight.

mod rig;

use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

use rig::{Daemon, Rig, article, eventually};

/// A service manager that writes down what it is told.
struct Manager {
    socket: UnixDatagram,
    told: Vec<String>,
}

impl Manager {
    fn new(rig: &Rig) -> Self {
        let socket = UnixDatagram::bind(rig.path("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        Self { socket, told: Vec::new() }
    }

    fn listen(&mut self) {
        let mut datagram = [0; 4096];
        while let Ok(n) = self.socket.recv(&mut datagram) {
            self.told.extend(String::from_utf8_lossy(&datagram[..n]).lines().map(str::to_owned));
        }
    }

    /// Waits until something was told since line `from`; returns the line after it.
    fn hears(&mut self, what: &str, from: usize) -> usize {
        let mut at = None;
        eventually(what, || {
            self.listen();
            at = self.told.iter().skip(from).position(|line| line.starts_with(what));
            at.is_some()
        });
        from + at.unwrap() + 1
    }
}

fn start(rig: &Rig, environment: &[(&str, &str)]) -> Daemon {
    let log = std::fs::File::options().create(true).append(true).open(rig.path("log")).unwrap();
    let mut command = rig.command(&["run"]);
    for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM"] {
        command.env_remove(name);
    }
    let command = command.envs(environment.iter().copied()).stdout(Stdio::null()).stderr(log);
    let daemon = Daemon(command.spawn().unwrap());
    eventually("the daemon is ready", || rig.log().contains("ready"));
    daemon
}

#[test]
fn the_service_manager_is_told_how_things_stand() {
    let rig = Rig::with("rescan_seconds = 3600");
    let mut manager = Manager::new(&rig);
    let socket = rig.path("notify");
    let daemon = start(&rig, &[("NOTIFY_SOCKET", socket.to_str().unwrap()), ("WATCHDOG_USEC", "400000")]);
    let at = manager.hears("READY=1", 0);
    assert!(manager.told[..at].iter().any(|line| line.starts_with("STATUS=restoring")), "{:?}", manager.told);
    rig.drop_file("a.txt", article(1));
    let mut at = manager.hears("STATUS=1 articles stored", at);
    // Nothing happens now, and still the loop says that it lives.
    for _ in 0..4 {
        at = manager.hears("WATCHDOG=1", at);
    }
    daemon.signal("HUP");
    let at = manager.hears("RELOADING=1", at);
    assert!(manager.told[at].starts_with("MONOTONIC_USEC="), "{:?}", manager.told);
    let at = manager.hears("READY=1", at);
    std::fs::rename(rig.path("inbox"), rig.path("elsewhere")).unwrap();
    let at = manager.hears("STATUS=intake is paused: the inbox is gone", at);
    daemon.stop();
    manager.hears("STOPPING=1", at);
}

/// Files that a crash left are taken one by one, each perhaps for long: the manager hears of each of them.
#[test]
fn the_watchdog_is_fed_while_a_crash_is_made_good() {
    let rig = Rig::new();
    (0..4).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", "in_parsing").output().unwrap();
    assert_eq!(rig.files("data/work").len(), 4, "a batch is left over");
    let mut manager = Manager::new(&rig);
    let daemon = start(&rig, &[("NOTIFY_SOCKET", rig.path("notify").to_str().unwrap()), ("WATCHDOG_USEC", "3600000000")]);
    let ready = manager.hears("READY=1", 0);
    let stored = manager.hears("STATUS=4 articles stored", ready);
    let fed = manager.told[ready..stored].iter().filter(|line| *line == "WATCHDOG=1").count();
    assert!(fed >= 6, "the batch, its files, and the turn: {:?}", manager.told);
    daemon.stop();
}

#[test]
fn without_a_watchdog_the_loop_says_nothing() {
    let rig = Rig::with("rescan_seconds = 0.5");
    let mut manager = Manager::new(&rig);
    let daemon = start(&rig, &[("NOTIFY_SOCKET", rig.path("notify").to_str().unwrap())]);
    rig.drop_file("a.txt", article(1));
    manager.hears("STATUS=1 articles stored", 0);
    daemon.stop();
    manager.hears("STOPPING=1", 0);
    assert!(!manager.told.iter().any(|line| line.starts_with("WATCHDOG")), "{:?}", manager.told);
}

#[test]
fn a_hangup_reloads_what_can_change_and_names_the_rest() {
    let rig = Rig::new();
    let daemon = start(&rig, &[]);
    rig.drop_file("short.txt", article(1));
    eventually("a file is stored", || rig.stored() == 1);

    let sources = "[[source]]\nid = \"zafira\"\nname = \"صوت الظفيرة\"\nhosts = [\"zafira.example\"]\ncountry = \"OM\"\nlanguage = \"ar\"\nzone = \"Asia/Muscat\"\nkind = \"newspaper\"\n";
    std::fs::write(rig.path("sources.toml"), sources).unwrap();
    rig.configure("path = \"elsewhere\"\n[limits]\nfile_bytes = 1024\n[sources]\nfile = \"sources.toml\"\n[store]\npath = \"other.db\"\n[log]\nlevel = \"warn\"");
    daemon.signal("HUP");
    eventually("it says what needs a restart", || rig.log().contains("after a restart"));
    let log = rig.log();
    let restart = log.lines().find(|line| line.contains("after a restart")).unwrap();
    assert!(restart.contains("inbox.path, store.path"), "{restart}");

    // The new limit and the new source are in effect; the inbox is the old one, and nothing below a warning is logged any more.
    rig.drop_file("long.txt", format!("{}\n{}", article(2), "وصف طويل للوادي. ".repeat(200)));
    rig.drop_file("known.json", r#"{"title": "إغلاق جسر", "text": "أغلق جسر الوادي ليلا.", "url": "https://zafira.example/1"}"#);
    eventually("both have their outcome", || rig.outcomes().values().sum::<u32>() == 3);
    assert_eq!(rig.outcomes()["rejected"], 1, "longer than the new limit");
    assert!(rig.json(&["--db", "data/wirefold.db", "export", "articles"]).iter().any(|a| a["source"] == "صوت الظفيرة"));
    assert!(!rig.log()[log.len()..].contains(" INFO "), "{}", rig.log());

    rig.configure("[limits]\nfile_bytes = 1\n[detect]\nthreshold = 7\n[limit]\nmembers = 1");
    daemon.signal("HUP");
    eventually("every mistake is said", || {
        ["`limits.file_bytes` = 1", "`detect.threshold` = 7", "unknown key `limit.members`"]
            .iter()
            .all(|mistake| rig.log().contains(mistake))
    });
    rig.drop_file("long again.txt", format!("{}\n{}", article(4), "وصف آخر للوادي. ".repeat(200)));
    eventually("the old limit holds", || rig.outcomes().get("rejected") == Some(&2));
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_hangup_without_a_configuration_file_says_so() {
    let rig = Rig::new();
    std::fs::remove_file(rig.path("wirefold.toml")).unwrap();
    let log = std::fs::File::create(rig.path("log")).unwrap();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("wirefold"));
    command.current_dir(rig.path("")).env_remove("WIREFOLD_CONFIG").env_remove("WIREFOLD_DB").arg("run");
    let daemon = Daemon(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
    eventually("the daemon is ready", || rig.log().contains("ready"));
    daemon.signal("HUP");
    eventually("it says why nothing is reloaded", || rig.log().contains("no configuration file to reload"));
    rig.drop_file("a.txt", article(1));
    eventually("it goes on", || rig.stored() == 1);
    assert!(rig.log().contains("--config") && !rig.log().contains("configuration reloaded"), "{}", rig.log());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn the_journal_gives_the_time_itself_and_json_is_one_object_a_line() {
    let rig = Rig::new();
    rig.drop_file("a.txt", article(1));
    let log = std::fs::File::create(rig.path("log")).unwrap();
    let meta = log.metadata().unwrap();
    let stream = |inode: u64| format!("{}:{inode}", std::os::unix::fs::MetadataExt::dev(&meta));
    let inode = std::os::unix::fs::MetadataExt::ino(&meta);
    let begins = |stream: &str| {
        std::fs::write(rig.path("log"), "").unwrap();
        let daemon = start(&rig, &[("JOURNAL_STREAM", stream)]);
        daemon.stop();
        rig.log().lines().next().unwrap().trim_start().chars().next().unwrap()
    };
    assert_eq!(begins(&stream(inode)), 'I', "INFO, without a time");
    assert!(begins(&stream(inode + 1)).is_ascii_digit(), "the journal of somebody else");

    rig.configure("[log]\nformat = \"json\"");
    rig.drop_file("b.txt", article(2));
    let output = rig.wirefold(&["run", "--once"]);
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("every line is an object")).collect();
    assert!(lines.iter().any(|line| line["fields"]["message"] == "files taken" && line["fields"]["stored"].as_u64() >= Some(1)), "{log}");
}

#[test]
fn the_log_says_that_something_was_rejected() {
    let rig = Rig::new();
    rig.drop_file("good.txt", article(1));
    rig.drop_file("bad.json", "{");
    let output = rig.command(&["run", "--once"]).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let line = log.lines().find(|line| line.contains("files taken")).unwrap_or_default();
    assert!(line.contains("WARN") && line.contains("stored=1") && line.contains("rejected=1"), "{log}");
}

#[test]
fn a_log_has_no_line_per_article() {
    let rig = Rig::new();
    for n in 0..100 {
        rig.drop_file(&format!("{n}.txt"), if n % 3 == 0 { "{ \"neither\": 1 }".to_owned() + &" ".repeat(n) } else { article(n) });
    }
    let output = rig.wirefold(&["run", "--once"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.lines().count() < 10, "{log}");
    assert_eq!(rig.outcomes().values().sum::<u32>(), 100);
}

#[test]
fn the_unit_gives_the_daemon_no_more_than_it_needs() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/config/wirefold.service");
    let verdict = Command::new("systemd-analyze").args(["security", "--offline=true", "--threshold=12", "--no-pager", unit]).output();
    match verdict {
        Err(error) => eprintln!("skipped: systemd-analyze cannot be run here: {error}"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains("Overall exposure level"), "{said}{}", String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "the unit is more exposed than 1.2:\n{said}");
        }
    }
    let text = std::fs::read_to_string(unit).unwrap();
    for line in ["Type=notify", "WatchdogSec=", "Restart=on-failure", "RestartPreventExitStatus=0 2 3", "PrivateNetwork=yes", "ExecReload="]
    {
        assert!(text.lines().any(|l| l.starts_with(line)), "{line}");
    }
}
