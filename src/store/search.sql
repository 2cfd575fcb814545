-- The index of words: a file of its own beside the store, so that filling it holds no writer of the store up, and backups need not copy it.
CREATE TABLE progress (
  one      INTEGER PRIMARY KEY CHECK (one = 0),
  words    INTEGER NOT NULL,           -- version of the rules by which texts were cut into words
  next     INTEGER NOT NULL,           -- order number of the next article to be indexed
  digest   INTEGER NOT NULL            -- of the articles that are: another store has another
) STRICT;
CREATE TABLE docs (
  pos      INTEGER PRIMARY KEY,        -- order number
  at       INTEGER NOT NULL,           -- published, else received
  article  BLOB NOT NULL,              -- its id: what an order number means ends with a rebuild
  chain    BLOB                        -- the id of its first version, NULL where it is that: a row of articles lies behind its text
) STRICT;
-- Texts are given to it cut and folded, words apart by a space: `ascii` takes every other character for a letter. They are not kept.
CREATE VIRTUAL TABLE words USING fts5(title, text, source, lang, content='', columnsize=0, tokenize='ascii');
