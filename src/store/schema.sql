-- Times are microseconds since 1970 UTC. Ids are the bytes of the shown base 32.
CREATE TABLE files (
  no        INTEGER PRIMARY KEY,
  digest    BLOB,                      -- SHA-256 of the bytes; NULL where they could not be read
  path      TEXT NOT NULL,             -- as a person would read it
  path_raw  BLOB NOT NULL,             -- the exact bytes of the name
  size      INTEGER NOT NULL,
  received  INTEGER NOT NULL,
  outcome   TEXT NOT NULL,
  format    TEXT,
  encoding  TEXT,
  articles  INTEGER NOT NULL DEFAULT 0,
  archived  INTEGER NOT NULL DEFAULT 0,
  site      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX files_by_digest ON files(digest) WHERE outcome <> 'resent' AND digest IS NOT NULL;

CREATE TABLE rejects (
  file      INTEGER NOT NULL REFERENCES files(no),
  position  INTEGER,                   -- NULL for the file as a whole
  reason    TEXT NOT NULL
) STRICT;
CREATE INDEX rejects_by_file ON rejects(file);

CREATE TABLE sources (
  no        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE articles (
  pos         INTEGER PRIMARY KEY,     -- dense order number: the order in which articles were placed
  id          BLOB NOT NULL UNIQUE,
  file        INTEGER NOT NULL REFERENCES files(no),
  position    INTEGER NOT NULL,        -- place in the file, from 0
  sender_id   TEXT,
  title       TEXT NOT NULL,
  text        TEXT NOT NULL,
  source      INTEGER NOT NULL REFERENCES sources(no),
  source_step TEXT NOT NULL,
  published   INTEGER,
  precision   TEXT,
  date_step   TEXT,
  received    INTEGER NOT NULL,
  lang        TEXT NOT NULL,
  url         TEXT,
  byline      TEXT,
  category    TEXT,
  label       TEXT,                    -- the sender's version label
  pubstatus   TEXT,
  notes       TEXT,                    -- JSON array, NULL for none
  extra       TEXT,                    -- JSON object of unknown keys, NULL for none
  version     INTEGER NOT NULL DEFAULT 1,
  version_of  BLOB,                    -- the source's first version of this article
  lane        TEXT NOT NULL DEFAULT 'live'
) STRICT;
CREATE INDEX articles_by_file ON articles(file);
CREATE INDEX articles_by_url ON articles(url) WHERE url IS NOT NULL;

CREATE TABLE placements (
  pos         INTEGER PRIMARY KEY REFERENCES articles(pos),
  event       BLOB NOT NULL,
  story       BLOB NOT NULL,
  relation    TEXT NOT NULL,
  relation_to BLOB,
  score       REAL,                    -- probability against the closest article of its event
  because     TEXT NOT NULL,           -- JSON: the evidence, see evidence.rs
  trace       TEXT NOT NULL,           -- JSON: what restores the detector
  features    INTEGER NOT NULL,        -- version of the features
  model       INTEGER NOT NULL         -- version of the weights
) STRICT;
CREATE INDEX placements_by_event ON placements(event);

CREATE TABLE moves (                   -- every change of an article's event, by the arrival that caused it
  at_pos      INTEGER NOT NULL,
  n           INTEGER NOT NULL,
  pos         INTEGER NOT NULL,
  event       BLOB NOT NULL,
  PRIMARY KEY (at_pos, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id            BLOB PRIMARY KEY,
  headline      TEXT NOT NULL DEFAULT '',
  lang          TEXT NOT NULL DEFAULT '[]',
  first         INTEGER,               -- publication, else receipt, of the earliest and the latest article
  last          INTEGER,
  articles      INTEGER NOT NULL DEFAULT 0,
  source_count  INTEGER NOT NULL DEFAULT 0,
  lineage_count INTEGER NOT NULL DEFAULT 0,
  merged_into   BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_last ON events(last DESC, id) WHERE merged_into IS NULL;

CREATE TABLE passages (                -- runs of words shared with an earlier article, in words from the start, title first
  pos         INTEGER NOT NULL REFERENCES articles(pos),
  start       INTEGER NOT NULL,
  words       INTEGER NOT NULL,
  other       INTEGER NOT NULL,
  other_start INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_by_pos ON passages(pos);

CREATE TABLE history (                 -- append-only
  seq     INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  at_pos  INTEGER NOT NULL,
  event   BLOB NOT NULL,
  kind    TEXT NOT NULL,               -- created, joined, left, arrived, merged, absorbed, split, founded
  other   BLOB,                        -- the other event
  article BLOB
) STRICT;
CREATE INDEX history_by_event ON history(event, seq);
CREATE TRIGGER history_keeps BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
