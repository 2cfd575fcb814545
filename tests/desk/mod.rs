//! What the tests of editing share: a store of the invented stream, beside which an editor works while articles arrive.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use wirefold::config::Config;
use wirefold::edit::{Asked, Command};
use wirefold::inbox::Found;
use wirefold::ingest::{Ingest, Received, Tally};
use wirefold::store::edits::EditLine;
use wirefold::store::{Reader, Store, StoreError};

/// The invented stream, an article a line.
pub fn stream() -> Vec<&'static str> {
    include_str!("../labels/fixture/stream.jsonl").lines().collect()
}

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub config: Config,
    /// Stays open while the editor works, as a daemon does.
    pub ingest: Option<Ingest>,
    files: u32,
    now: i64,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let config = Config {
            inbox: at("inbox"),
            work: at("work"),
            archive: at("archive"),
            quarantine: at("quarantine"),
            store: at("wirefold.db"),
            ..Config::default()
        };
        let ingest = Some(Ingest::open(&config).unwrap());
        Self { folder, config, ingest, files: 0, now: 1_900_000_000 }
    }

    pub fn with(lines: &[&str]) -> Self {
        let mut desk = Self::new();
        desk.take(lines);
        desk
    }

    /// A moment later than all before.
    fn later(&mut self) -> Timestamp {
        self.now += 60;
        Timestamp::from_second(self.now).unwrap()
    }

    /// Articles arrive, as one file.
    pub fn take(&mut self, lines: &[&str]) {
        self.files += 1;
        let path: PathBuf = self.folder.path().join(format!("{}.jsonl", self.files));
        std::fs::write(&path, lines.join("\n")).unwrap();
        let at = Received::At(self.later());
        let ingest = self.ingest.get_or_insert_with(|| Ingest::open(&self.config).unwrap());
        ingest.take(vec![Found { path, folder: None }], at, &mut Tally::default()).unwrap();
    }

    pub fn restart(&mut self) {
        self.ingest = None;
        self.ingest = Some(Ingest::open(&self.config).unwrap());
    }

    pub fn rebuild(&mut self) {
        self.ingest = None;
        wirefold::rebuild::rebuild(&self.config, false, |_, _| {}).unwrap();
        std::fs::remove_file(wirefold::store::rebuild::kept_as(&self.config.store)).unwrap();
        self.ingest = Some(Ingest::open(&self.config).unwrap());
    }

    /// An edit by another process.
    pub fn try_edit(&mut self, command: Command) -> Result<EditLine, StoreError> {
        let at = self.later();
        let asked = Asked { command, who: "سارة".to_owned(), why: "خبران مختلفان".to_owned(), at };
        Store::open(&self.config.store).unwrap().edit(&asked)
    }

    pub fn edit(&mut self, command: Command) -> EditLine {
        self.try_edit(command).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Why an edit cannot be made, with the hint.
    pub fn refusal(&mut self, command: Command) -> (String, String) {
        match self.try_edit(command) {
            Err(StoreError::Refused { message, hint, .. }) => (message, hint),
            other => panic!("not refused: {other:?}"),
        }
    }

    pub fn reader(&self) -> Reader {
        Reader::open(&self.config.store).unwrap()
    }

    /// The event of every article, in the order of their arrival.
    pub fn places(&self) -> Vec<(String, String)> {
        let mut places = Vec::new();
        self.reader()
            .each_article::<StoreError>(|line| {
                places.push((line.article, line.event));
                Ok(())
            })
            .unwrap();
        places
    }

    pub fn event_of(&self, article: &str) -> String {
        self.places().into_iter().find(|(a, _)| a == article).unwrap().1
    }

    /// Articles by event, in the order of their arrival.
    pub fn events(&self) -> BTreeMap<String, Vec<String>> {
        let mut events: BTreeMap<String, Vec<String>> = BTreeMap::new();
        self.places().into_iter().for_each(|(article, event)| events.entry(event).or_default().push(article));
        events
    }

    /// All that is decided about articles and events, as text.
    pub fn decided(&self) -> Vec<String> {
        let sql = rusqlite::Connection::open(&self.config.store).unwrap();
        let mut all = Vec::new();
        for query in [
            "SELECT pos, hex(event), hex(story), relation, hex(relation_to) FROM placements ORDER BY pos",
            "SELECT hex(id), headline, lang, articles, hex(merged_into) FROM events WHERE articles > 0 ORDER BY id",
            "SELECT pos, other, '', '', '' FROM roundups ORDER BY pos, other",
        ] {
            let mut query = sql.prepare(query).unwrap();
            let row = |r: &rusqlite::Row<'_>| {
                Ok(format!("{:?}", (0..5).map(|i| r.get::<_, rusqlite::types::Value>(i).unwrap()).collect::<Vec<_>>()))
            };
            all.extend(query.query_map([], row).unwrap().map(Result::unwrap));
        }
        all
    }
}
