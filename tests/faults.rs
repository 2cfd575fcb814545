//! A fault stops intake, not the daemon, and loses nothing; what a second try would only hide ends it with a code and a hint.

mod rig;

use std::process::Command;

use rig::disk::on_disk;
use rig::{Rig, article, eventually};

fn health(rig: &Rig) -> String {
    rig.json(&["status"])[0]["health"].as_str().unwrap().to_owned()
}

#[test]
fn another_process_holds_the_write_lock() {
    let rig = Rig::new();
    let daemon = rig.start();
    rig.drop_file("a.txt", article(1));
    eventually("the first is stored", || rig.stored() == 1);
    let holder = rig.sql();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    rig.drop_file("b.txt", article(2));
    eventually("the pause is told", || health(&rig).contains("locked by another process"));
    holder.execute_batch("ROLLBACK").unwrap();
    eventually("it goes on by itself", || rig.stored() == 2 && !health(&rig).contains("paused"));
    assert_eq!(daemon.stop(), 0);
    assert!(rig.files("data/work").is_empty() && rig.files("data/archive").len() == 2);
}

#[test]
fn a_read_only_archive() {
    let rig = Rig::new();
    on_disk(&rig, "data/archive", "size=8m", |disk| {
        let daemon = rig.start();
        disk.remount("ro");
        rig.drop_file("a.txt", article(1));
        eventually("the pause is told", || health(&rig).contains("Read-only"));
        assert!(health(&rig).contains("put originals away in data/archive"), "{}", health(&rig));
        assert_eq!(rig.files("data/work").len(), 1, "the original is still there");
        disk.remount("rw");
        eventually("it goes on by itself", || rig.files("data/archive").len() == 1 && rig.files("data/work").is_empty());
        assert_eq!(rig.outcomes(), [("stored".to_owned(), 1)].into());
        drop(daemon);
    });
}

#[test]
fn a_store_on_a_read_only_disk() {
    let rig = Rig::new();
    on_disk(&rig, "data", "size=16m", |disk| {
        std::fs::write(rig.path("wirefold.toml"), "[inbox]\npath = \"data/in/box\"\nwork = \"data/in/work\"\n").unwrap();
        rig.once();
        disk.remount("ro");
        let refused = rig.wirefold(&["status"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(3), "{said}");
        assert!(said.contains("its disk is read-only") && said.contains("copy it elsewhere"), "{said}");
        // As one that is at work would hold it.
        let lock = std::fs::File::open(rig.path("data/wirefold.db.lock")).unwrap();
        lock.lock().unwrap();
        let refused = rig.wirefold(&["status"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("a wirefold is at work on this store, whose disk is read-only"), "{said}");
    });
}

#[test]
fn a_work_folder_that_others_may_write_to_is_warned_of() {
    let rig = Rig::new();
    let said = || String::from_utf8_lossy(&rig.wirefold(&["run", "--once"]).stderr).into_owned();
    assert!(!said().contains("other users may write"));
    std::fs::set_permissions(rig.path("data/work"), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let said = said();
    assert!(said.contains("other users may write here") && said.contains("path=data/work"), "{said}");
}

#[test]
fn a_work_folder_on_another_file_system_is_refused() {
    let rig = Rig::new();
    on_disk(&rig, "data/work", "size=8m", |_| {
        let refused = rig.wirefold(&["run", "--once"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(3), "{said}");
        assert!(said.contains("hint: the work folder must be on the file system of the inbox"), "{said}");
    });
}

#[test]
fn a_folder_mounted_into_the_inbox_hinders_nobody_else() {
    let rig = Rig::with("rescan_seconds = 0.5");
    on_disk(&rig, "inbox/far", "size=8m", |_| {
        let daemon = rig.start();
        rig.drop_file("far/a.txt", article(1));
        rig.drop_file("far/a.meta.json", "{}");
        let hindered = || rig.json(&["status"])[0]["hindered"].as_str().unwrap_or_default().to_owned();
        eventually("it is named", || hindered().contains("inbox/far/a.txt is on another file system"));
        rig.drop_file("b.txt", article(2));
        eventually("others are taken", || rig.files("data/archive").len() == 1);
        eventually("nothing is left of the try", || rig.files("data/work").is_empty());
        assert!(rig.path("inbox/far/a.txt").exists() && !health(&rig).contains("paused"));
        assert_eq!(daemon.stop(), 0);
    });
}

#[test]
fn folders_that_cannot_be_used_are_refused_at_the_start() {
    for folder in ["inbox", "data/work", "data/archive", "data/quarantine"] {
        let rig = Rig::new();
        let _ = std::fs::remove_dir(rig.path(folder));
        std::fs::create_dir_all(rig.path("data")).unwrap();
        std::fs::write(rig.path(folder), "a file is in the way").unwrap();
        let refused = rig.wirefold(&["run", "--once"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(3), "{folder}: {said}");
        assert!(said.contains(folder) && said.contains("hint: "), "{folder}: {said}");
    }
}

#[test]
fn too_few_file_handles() {
    let rig = Rig::new();
    for n in 0..60 {
        rig.drop_file(&format!("{n}/a.txt"), article(n));
    }
    let program = assert_cmd::cargo::cargo_bin("wirefold");
    let shell = format!("ulimit -n 40; exec {} --config wirefold.toml run --once", program.display());
    let done = Command::new("sh").args(["-c", &shell]).current_dir(rig.path("")).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(rig.stored(), 60);
}

#[test]
fn the_store_is_removed_while_the_daemon_runs() {
    let rig = Rig::new();
    let mut daemon = rig.start();
    rig.drop_file("a.txt", article(1));
    eventually("the first is stored and retired", || rig.stored() == 1 && rig.files("data/work").is_empty());
    let all = |from: &str, to: &str| {
        ["", "-wal", "-shm"]
            .iter()
            .for_each(|end| drop(std::fs::rename(rig.path(&format!("{from}{end}")), rig.path(&format!("{to}{end}")))))
    };
    all("data/wirefold.db", "away.db");
    rig.drop_file("b.txt", article(2));
    let mut code = None;
    eventually("the daemon ends", || {
        code = daemon.ended();
        code.is_some()
    });
    assert_eq!(code, Some(3));
    assert!(rig.log().contains("removed or replaced") && rig.log().contains("hint: "), "{}", rig.log());
    assert!(!rig.path("data/wirefold.db").exists(), "no empty store was made in its place");
    assert_eq!(rig.files("inbox").len() + rig.files("data/work").len(), 1, "the file was not put away");
    all("away.db", "data/wirefold.db");
    rig.once();
    assert_eq!(rig.stored(), 2);
}

#[test]
fn the_store_is_replaced_while_the_daemon_runs() {
    let rig = Rig::new();
    let mut daemon = rig.start();
    std::fs::copy(rig.path("data/wirefold.db"), rig.path("other.db")).unwrap();
    std::fs::rename(rig.path("other.db"), rig.path("data/wirefold.db")).unwrap();
    rig.drop_file("a.txt", article(1));
    eventually("the daemon ends", || daemon.ended() == Some(3));
    assert_eq!(rig.files("inbox").len() + rig.files("data/work").len(), 1, "the file was not put away");
}

#[test]
fn folders_that_vanish_while_the_daemon_runs_come_back() {
    let rig = Rig::new();
    let daemon = rig.start();
    rig.drop_file("a.txt", article(1));
    eventually("the first is put away", || rig.files("data/archive").len() == 1);
    for folder in ["data/work", "data/archive", "data/quarantine"] {
        // The daemon may be clearing it away just now.
        eventually("it is removed", || std::fs::remove_dir_all(rig.path(folder)).is_ok());
    }
    rig.drop_file("b.txt", article(2));
    rig.drop_file("noise.txt", [0u8, 1, 2, 3, 0, 255, 0, 0, 7]);
    eventually("the next are put away", || rig.files("data/archive").len() == 1 && rig.files("data/quarantine").len() == 1);
    assert!(rig.log().contains("this folder was removed or replaced"), "{}", rig.log());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn an_archive_whose_disk_is_unmounted_is_waited_for() {
    let rig = Rig::new();
    on_disk(&rig, "data/archive", "size=8m", |_| {
        let daemon = rig.start();
        rig.drop_file("a.txt", article(1));
        eventually("the first is put away", || rig.files("data/archive").len() == 1);
        let mount = |args: &[&str]| assert!(Command::new("mount").args(args).status().unwrap().success());
        let (archive, aside) = (rig.path("data/archive"), rig.path("aside"));
        std::fs::create_dir(&aside).unwrap();
        mount(&["--bind", archive.to_str().unwrap(), aside.to_str().unwrap()]);
        let _aside = Mounted(&aside);
        assert!(Command::new("umount").arg("-l").arg(&archive).status().unwrap().success());
        rig.drop_file("b.txt", article(2));
        eventually("the pause is told", || health(&rig).contains("is on another file system than before"));
        assert!(rig.files("data/archive").is_empty() && rig.files("data/work").len() == 1, "nothing goes where the disk was");
        mount(&["--bind", aside.to_str().unwrap(), archive.to_str().unwrap()]);
        eventually("it goes on by itself", || rig.files("data/archive").len() == 2 && rig.files("data/work").is_empty());
        assert_eq!(daemon.stop(), 0);
    });
}

#[test]
fn an_inbox_whose_disk_is_unmounted_is_waited_for() {
    let rig = Rig::new();
    on_disk(&rig, "spool", "size=8m", |_| {
        std::fs::write(rig.path("wirefold.toml"), "[inbox]\nsettle_seconds = 0.05\npath = \"spool/inbox\"\nwork = \"spool/work\"\n")
            .unwrap();
        std::fs::create_dir(rig.path("spool/inbox")).unwrap();
        let daemon = rig.start();
        std::fs::write(rig.path("spool/inbox/a.txt"), article(1)).unwrap();
        eventually("the first is put away", || rig.files("data/archive").len() == 1);
        let (spool, aside) = (rig.path("spool"), rig.path("aside"));
        std::fs::create_dir(&aside).unwrap();
        let bind = |from: &std::path::Path, to: &std::path::Path| {
            assert!(Command::new("mount").arg("--bind").args([from, to]).status().unwrap().success());
        };
        bind(&spool, &aside);
        let _aside = Mounted(&aside);
        assert!(Command::new("umount").arg("-l").arg(&spool).status().unwrap().success());
        eventually("the pause is told", || health(&rig).contains("the inbox is gone"));
        std::fs::write(rig.path("aside/inbox/b.txt"), article(2)).unwrap();
        assert!(std::fs::read_dir(&spool).unwrap().next().is_none(), "nothing is made where the disk was");
        bind(&aside, &spool);
        eventually("it goes on by itself", || rig.files("data/archive").len() == 2 && rig.files("spool/inbox").is_empty());
        assert_eq!((rig.outcomes(), daemon.stop()), ([("stored".to_owned(), 2)].into(), 0));
    });
}

/// A folder that is unmounted in the end.
struct Mounted<'a>(&'a std::path::Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn where_no_thread_can_be_started_that_is_said() {
    let rig = Rig::new();
    let program = assert_cmd::cargo::cargo_bin("wirefold");
    let mut command = Command::new("prlimit");
    command.arg("--nproc=1").arg(program).args(["--config", "wirefold.toml", "run", "--once"]).current_dir(rig.path(""));
    let ended = rig.as_nobody(&mut command).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(75), "{said}");
    assert!(said.contains("no thread can be started") && said.contains("hint: raise the limit"), "{said}");
}

#[test]
fn trial_files_of_killed_processes_are_removed() {
    let rig = Rig::new();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    for name in ["inbox/.wirefold-trial-1.tmp", "inbox/.wirefold-room-1.tmp", "inbox/.wirefold-trial-2.tmp"] {
        std::fs::write(rig.path(name), "trial").unwrap();
        let file = std::fs::File::options().write(true).open(rig.path(name)).unwrap();
        name.contains("-1.").then(|| file.set_modified(old).unwrap());
    }
    rig.once();
    let left = std::fs::read_dir(rig.path("inbox")).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(left, [".wirefold-trial-2.tmp"], "somebody may be at that one");
}

#[test]
fn a_second_daemon_is_refused_and_the_first_unharmed() {
    let rig = Rig::new();
    let first = rig.start();
    assert_eq!(rig.wirefold(&["run", "--once"]).status.code(), Some(75));
    let other_store = rig.wirefold(&["--db", "other.db", "run", "--once"]);
    assert_eq!(other_store.status.code(), Some(75), "they would take each other's claimed files");
    assert!(String::from_utf8_lossy(&other_store.stderr).contains("inbox.work"));
    rig.drop_file("a.txt", article(1));
    eventually("the first works on", || rig.stored() == 1);
    assert_eq!(first.stop(), 0);
}

/// What a daemon that takes what is there says where a system call fails with `EIO`; `None` where that cannot be done.
fn run_with_failing(rig: &Rig, call: &str, when: &str) -> Option<std::process::Output> {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: strace is not here");
        return None;
    }
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &format!("inject={call}:error=EIO{when}")]);
    traced.arg(assert_cmd::cargo::cargo_bin("wirefold")).args(["--config", "wirefold.toml", "run", "--once"]);
    Some(traced.current_dir(rig.path("")).output().unwrap())
}

#[test]
fn a_disk_that_fails_at_the_start_ends_the_daemon_with_that_code_too() {
    let rig = Rig::new();
    let Some(traced) = run_with_failing(&rig, "pwrite64", "") else { return };
    let said = String::from_utf8_lossy(&traced.stderr).into_owned();
    assert_eq!(traced.status.code(), Some(74), "{said}");
    assert!(said.contains("hint: look at the disk"), "{said}");
}

#[test]
fn a_lost_write_ends_the_daemon_with_a_code_of_its_own() {
    let rig = Rig::new();
    (0..3).for_each(|n| rig.drop_file(&format!("{n}.txt"), article(n)));
    let Some(traced) = run_with_failing(&rig, "fdatasync", ":when=1") else { return };
    let said = String::from_utf8_lossy(&traced.stderr).into_owned();
    assert_eq!(traced.status.code(), Some(74), "{said}");
    assert!(said.contains("hint: "), "{said}");
    assert_eq!(rig.stored(), 0, "nothing was reported stored");
    rig.once();
    assert_eq!((rig.stored(), rig.files("data/archive").len()), (3, 3));
}
