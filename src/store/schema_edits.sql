-- What editors decided. No edit is ever deleted: one that was undone is not active any more.
CREATE TABLE edits (
  no         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  at_pos     INTEGER NOT NULL,           -- order number of the article that came next
  who        TEXT NOT NULL,
  why        TEXT NOT NULL,
  kind       TEXT NOT NULL,              -- merge, split, move, pin, unpin, mark, headline, undo
  text       TEXT,                       -- the headline
  undoes     INTEGER REFERENCES edits(no),
  active     INTEGER NOT NULL DEFAULT 1,
  event      BLOB NOT NULL,              -- where it leaves the articles that it is about
  other      BLOB,                       -- the other event that it changes
  roundups   TEXT,                       -- JSON: which articles became round-ups, or none any more, and what they were
  from_start INTEGER NOT NULL DEFAULT 0  -- 1: since a rebuild it holds from the first article on, and its moves are history
) STRICT;
CREATE INDEX edits_of_headlines ON edits(no) WHERE kind = 'headline' AND active = 1;
CREATE INDEX edits_undoing ON edits(undoes) WHERE undoes IS NOT NULL;

CREATE TABLE edit_articles (             -- the articles that an edit speaks of
  edit INTEGER NOT NULL REFERENCES edits(no),
  part INTEGER NOT NULL,                 -- 0 was there, 1 is what it is about, 2 is left behind
  pos  INTEGER NOT NULL,
  PRIMARY KEY (edit, part, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_articles_by_pos ON edit_articles(pos);

CREATE TABLE edit_moves (                -- every change of an article's event by an edit
  edit      INTEGER NOT NULL REFERENCES edits(no),
  n         INTEGER NOT NULL,
  pos       INTEGER NOT NULL,
  came_from BLOB NOT NULL,
  event     BLOB NOT NULL,
  PRIMARY KEY (edit, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_moves_by_pos ON edit_moves(pos);

ALTER TABLE history ADD COLUMN edit INTEGER;             -- the edit that did it, if it was one
