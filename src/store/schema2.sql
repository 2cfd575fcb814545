-- What an article goes on from, and what round-ups report.
ALTER TABLE placements ADD COLUMN follows INTEGER;      -- order number of an earlier article of another event
CREATE INDEX placements_by_follows ON placements(follows) WHERE follows IS NOT NULL;

CREATE TABLE roundups (
  pos    INTEGER NOT NULL REFERENCES articles(pos),    -- the round-up
  other  INTEGER NOT NULL REFERENCES articles(pos),    -- an article of an event that it reports
  PRIMARY KEY (pos, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX roundups_by_other ON roundups(other);
