//! The fuzz targets of `fuzz/`, run for a short while: inputs made by chance from those that the repository has.

mod rig;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;
use rig::account::Random;
use targets::TARGETS;

/// Runs of each target, ten times as many of those that read no files. `WIREFOLD_FUZZ_RUNS` asks for more.
const RUNS: u64 = if cfg!(debug_assertions) { 300 } else { 3000 };
const QUICK: &[&str] = &["date", "fold", "clean", "features", "config"];
/// Longest input, in bytes: what is slow is found by the real fuzzer, which has a watch.
const LONGEST: usize = 2000;

/// What readers look for, to be put anywhere.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\r",
    b"\n\n",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"<",
    b"</",
    b">",
    b"<p>",
    b"<!--",
    b"<![CDATA[",
    b"]]>",
    b"&#0;",
    b"&amp;",
    b"&x;",
    b"{\"",
    b"[[",
    b"}",
    b"]",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    "\u{202e}".as_bytes(),
    "\u{2067}".as_bytes(),
    "\u{301}".as_bytes(),
    "ﷺ".as_bytes(),
    "ـ".as_bytes(),
    "العنوان:".as_bytes(),
    "٢٠٢٦".as_bytes(),
    b"9999999999",
    b"-1",
    b"1e999",
    b"0000-00-00",
    b"+99:99",
    b"<script type=\"application/ld+json\">",
    b"<svg><title>",
    b"<template>",
    b"\x1b[31m",
    b"\x01",
    b"\x02",
    b"\x03",
    b"\x04",
    b"\r\n\r\n",
    b"Content-Length: ",
    b"Transfer-Encoding: chunked\r\n\r\n",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"published",
];

fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.index(seeds.len())].clone();
    for _ in 0..=random.index(6) {
        let at = random.index(bytes.len() + 1);
        let end = (at + random.index(40)).min(bytes.len());
        match random.index(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.iter_mut().skip(at).take(1).for_each(|b| *b ^= 1 << random.index(8)),
            3 => drop(bytes.splice(at..at, PIECES[random.index(PIECES.len())].iter().copied())),
            4 => drop(bytes.splice(at..end, (0..random.index(8)).map(|_| random.index(256) as u8).collect::<Vec<_>>())),
            5 => {
                let piece = bytes[at..end].repeat(random.index(20));
                bytes.splice(at..at, piece);
            }
            _ => {
                let other = &seeds[random.index(seeds.len())];
                let from = random.index(other.len() + 1);
                bytes.splice(at..at, other[from..(from + random.index(200)).min(other.len())].iter().copied());
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

/// The files below a folder of the repository that are short enough.
fn below(folder: &str) -> Vec<Vec<u8>> {
    let walk = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).sort_by_file_name().into_iter();
    let short = |entry: &walkdir::DirEntry| entry.file_type().is_file() && entry.metadata().is_ok_and(|m| m.len() <= LONGEST as u64);
    walk.map(Result::unwrap).filter(short).map(|entry| std::fs::read(entry.path()).unwrap()).collect()
}

/// The seeds of a target: what was once found is among them.
fn own_seeds(target: &str) -> Vec<Vec<u8>> {
    below(&format!("fuzz/seeds/{target}"))
}

#[test]
fn no_target_fails_on_what_chance_makes() {
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let (seed, runs) = (number("WIREFOLD_SEED", u64::from(std::process::id())), number("WIREFOLD_FUZZ_RUNS", RUNS));
    println!("seed {seed}");
    let failed: Vec<String> = TARGETS
        .par_iter()
        .enumerate()
        .flat_map_iter(|(n, (name, target))| {
            // Its own as often as files of all kinds.
            let (own, files) = (own_seeds(name), below("tests/wire"));
            assert!(!own.is_empty() && files.len() > 50, "{name} has no seeds");
            let seeds = [own.iter().cycle().take(files.len()).cloned().collect(), files].concat();
            let mut random = Random(seed ^ (n as u64) << 32);
            let fails = |bytes: &Vec<u8>| catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err();
            let runs = if QUICK.contains(name) { runs * 10 } else { runs };
            let made: Vec<Vec<u8>> = own.into_iter().chain((0..runs).map(|_| mutated(&seeds, &mut random))).filter(fails).take(1).collect();
            made.into_iter().map(move |bytes| format!("{name}: {}", bytes.escape_ascii()))
        })
        .collect();
    assert!(failed.is_empty(), "seed {seed}:\n{}", failed.join("\n"));
}

#[test]
fn every_target_is_a_program_of_the_fuzzer() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let program = std::fs::read_to_string(format!("{}/fuzz/fuzz_targets/{name}.rs", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(program.contains(&format!("targets::{name}(bytes)")), "{name}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
