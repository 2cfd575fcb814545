//! Webhooks of a daemon: what is told survives whatever ends the process, nobody waits for a target, and all of it is shown.

mod rig;
mod target;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rig::{Daemon, Rig, article, eventually};
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use target::{Server, webhook};

fn hook(rig: &Rig) -> Value {
    rig.json(&["hooks"]).remove(0)
}

fn threads(daemon: &Daemon) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", daemon.0.id())).unwrap();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks
        .filter_map(|task| task.ok())
        .filter(|task| std::fs::metadata(task.path()).is_ok())
        .map(name)
        .filter(|name| name == "webhook\n")
        .count()
}

/// Ends a run at a point, then lets one run to its end.
fn ended_at(point: &str, planted: &str) -> (Server, Rig) {
    let server = Server::answering(&[]);
    let rig = Rig::with(&server.webhook("desk", ""));
    rig.drop_file("a.txt", article(1));
    let ended = rig.command(&["run", "--once"]).env("WIREFOLD_CRASH_AT", point).env("WIREFOLD_PLANTED", planted).output().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended.status), Some(6), "{point} was not passed");
    rig.once();
    assert_eq!(rig.stored(), 1);
    (server, rig)
}

#[test]
fn what_is_committed_is_told_whatever_ends_the_process() {
    for point in ["before_commit", "after_commit", "after_retire"] {
        let (server, rig) = ended_at(point, "");
        let got = server.got();
        assert!(got.len() == 1 && got[0].is_signed(), "{point}: {got:?}");
        assert_eq!((&hook(&rig)["waiting"], &hook(&rig)["delivered"]), (&0.into(), &1.into()));
    }
    // Taken by the target and noted by nobody: it comes again, and says so by its id.
    let (server, _rig) = ended_at("after_post", "");
    let got = server.got();
    assert!(got.len() == 2 && got[0].id() == got[1].id() && got[0].body == got[1].body, "{got:?}");
}

#[test]
fn a_deliverer_that_panics_ends_the_process() {
    let server = Server::answering(&[]);
    let rig = Rig::with(&server.webhook("desk", ""));
    rig.drop_file("a.txt", article(1));
    for how in [&["run"][..], &["run", "--once"]] {
        let ended = rig.command(how).env("WIREFOLD_PLANTED", "panic_of_webhook").output().unwrap();
        assert_eq!(ended.status.code(), Some(101), "{how:?}: half alive");
        assert!(String::from_utf8_lossy(&ended.stderr).contains("hint: start again"));
    }
    rig.once();
    assert_eq!((rig.stored(), server.got().len()), (1, 1), "nothing is lost by it");
}

/// [`what_is_committed_is_told_whatever_ends_the_process`] sees it if the outbox is not written in the transaction that it tells of.
#[test]
fn an_outbox_that_is_written_after_the_commit_is_found() {
    assert!(ended_at("after_commit", "outbox_after_commit").0.got().is_empty());
}

#[test]
fn a_killed_daemon_delivers_after_its_restart() {
    // Bound and never accepting: attempts hang until the daemon is killed.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let rig = Rig::with(&webhook("desk", &format!("http://{}/hook?of=orun", silent.local_addr().unwrap()), "allow_private = true"));
    let daemon = rig.start();
    assert_eq!(threads(&daemon), 1);
    for n in 0..30 {
        rig.drop_file(&format!("{n}.txt"), article(n));
    }
    eventually("all is stored, though nobody answers", || rig.stored() == 30);
    let events = rig.json(&["events"]).len() as u64;
    assert_eq!((hook(&rig)["delivered"].as_u64(), hook(&rig)["waiting"].as_u64() >= Some(events)), (Some(0), true));
    drop(daemon);
    let server = Server::answering(&[]);
    rig.configure(&server.webhook("desk", ""));
    let waited = hook(&rig)["waiting"].as_u64().unwrap();
    let daemon = rig.start();
    eventually("all is delivered", || hook(&rig)["waiting"] == 0);
    assert_eq!((server.got().len() as u64, hook(&rig)["delivered"].as_u64()), (waited, Some(waited)));
    let told: std::collections::BTreeSet<String> =
        server.got().iter().map(|got| got.json()["data"]["event"]["event"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told.len() as u64, events);

    let mut socket = UnixStream::connect(rig.path("data/wirefold.db.health")).unwrap();
    socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut numbers = String::new();
    socket.read_to_string(&mut numbers).unwrap();
    for line in [format!("delivered_total{{webhook=\"desk\"}} {waited}"), "waiting{webhook=\"desk\"} 0".to_owned()] {
        assert!(numbers.contains(&format!("wirefold_webhook_{line}\n")), "{numbers}");
    }

    // What an editor decides beside the daemon is told by it.
    let ids: Vec<String> = rig.json(&["events"]).iter().map(|e| e["event"].as_str().unwrap().to_owned()).collect();
    assert!(rig.wirefold(&["merge", &ids[0], &ids[1]]).status.success());
    eventually("the merge is told", || server.got().iter().any(|got| got.json()["type"] == "event.gone"));
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn who_asks_it_to_stop_waits_for_no_target() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let rig = Rig::with(&webhook("desk", &format!("http://{}/hook?of=orun", silent.local_addr().unwrap()), "allow_private = true"));
    rig.drop_file("a.txt", article(1));
    let mut run = Daemon(rig.command(&["run", "--once"]).spawn().unwrap());
    let attempt = silent.accept().unwrap();
    eventually("it is stored", || rig.stored() == 1);
    run.signal("TERM");
    eventually("it ends", || run.ended().is_some());
    assert_eq!(run.ended(), Some(0));
    assert!(hook(&rig)["error"].is_null(), "the attempt was not waited for: {}", hook(&rig));
    assert_eq!(hook(&rig)["waiting"], 1);
    drop(attempt);
}

#[test]
fn a_target_that_is_down_loses_nothing_and_is_told_of() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let rig = Rig::with(&webhook("desk", &format!("http://127.0.0.1:{port}/hook?of=orun"), "allow_private = true"));
    for n in 0..20 {
        rig.drop_file(&format!("{n}.txt"), article(n));
    }
    rig.once();
    let told = hook(&rig);
    assert!(rig.stored() == 20 && told["waiting"].as_u64() >= Some(1) && told["failed"] == 0, "{told}");
    assert!(told["error"].as_str().unwrap().contains("no connection"), "{told}");
    let status = String::from_utf8(rig.wirefold(&["status"]).stdout).unwrap();
    assert!(status.contains("webhook   desk: ") && status.contains("no connection"), "{status}");
    assert_eq!(rig.json(&["status"])[0]["webhooks"][0], told);
}

#[test]
fn nothing_configured_starts_no_thread_and_writes_nothing() {
    let rig = Rig::new();
    let daemon = rig.start();
    rig.drop_file("a.txt", article(1));
    eventually("it is stored", || rig.stored() == 1);
    assert_eq!(threads(&daemon), 0);
    assert_eq!(rig.sql().query_row("SELECT count(*) FROM outbox", [], |r| r.get::<_, u32>(0)).unwrap(), 0);
    assert!(rig.json(&["hooks"]).is_empty());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_shown() {
    let server = Server::answering(&["410 Gone"]);
    let entry = server.webhook("desk", "");
    let secret = entry.lines().find_map(|line| line.strip_prefix("secret = \"")).unwrap().trim_end_matches('"');
    let by_file = entry.replace(&format!("secret = \"{secret}\""), "secret_file = \"desk.key\"");
    let rig = Rig::with(&by_file);
    let refused = rig.wirefold(&["run", "--once"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("desk.key"), "{said}");
    std::fs::write(rig.path("desk.key"), format!("{secret}\n")).unwrap();
    rig.drop_file("a.txt", article(1));
    let log = String::from_utf8(rig.wirefold(&["run", "--once", "-vv"]).stderr).unwrap();
    assert!(server.got()[0].is_signed());
    let pinged = rig.wirefold(&["hooks", "--test", "desk"]);
    assert!(pinged.status.success() && String::from_utf8_lossy(&pinged.stdout).contains("took it"), "{pinged:?}");
    assert_eq!(rig.wirefold(&["hooks", "--test", "none"]).status.code(), Some(4));

    // Switched off by its 410, shown everywhere, on again by hand.
    rig.configure(&entry);
    let shown = |args: &[&str]| String::from_utf8(rig.wirefold(args).stdout).unwrap();
    let all = [shown(&["hooks"]), shown(&["check"]), shown(&["status"]), log].concat();
    assert!(all.contains("OFF: ") && all.contains("[[webhook]]") && !all.contains(&secret[6..]) && !all.contains("of=orun\n"), "{all}");
    let stored = rig::read(&rig.path("data/wirefold.db"));
    assert!(!stored.windows(secret.len() - 6).any(|w| w == &secret.as_bytes()[6..]), "a backup would carry it away");
    assert!(shown(&["hooks", "--retry", "desk"]).contains("1 message"));
    rig.once();
    assert_eq!((&hook(&rig)["delivered"], &hook(&rig)["off"]), (&1.into(), &Value::Null));
}

/// A server that shows a certificate of its own making for 127.0.0.1, and takes whatever it is sent.
fn safe_server() -> u16 {
    let pem = include_str!("target/certificate.pem");
    let certificate = rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(include_bytes!("target/certificate.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = stream.unwrap();
            let mut tls = rustls::Stream::new(&mut connection, &mut stream);
            let mut head = [0; 4096];
            if tls.read(&mut head).is_ok() {
                let _ = tls.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        }
    });
    port
}

#[test]
fn a_target_shows_a_certificate_that_this_machine_trusts() {
    let rig = Rig::with(&webhook("desk", &format!("https://127.0.0.1:{}/hook", safe_server()), "allow_private = true"));
    let trusted = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/target/certificate.pem");
    let ping = |certificates: &str| {
        rig.command(&["hooks", "--test", "desk"]).env("SSL_CERT_FILE", certificates).env_remove("SSL_CERT_DIR").output().unwrap()
    };
    let taken = ping(trusted);
    assert!(taken.status.success(), "{taken:?}");
    std::fs::write(rig.path("none.pem"), "").unwrap();
    let refused = ping("none.pem");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(3) && said.contains("invalid peer certificate"), "{said}");
}
