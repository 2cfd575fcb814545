-- Who is told of events, and what they are still to be told. Addresses and keys are in the configuration only.
CREATE TABLE hooks (
  name        TEXT PRIMARY KEY,
  min_sources INTEGER NOT NULL,          -- the filter: as that of the list of events
  source      TEXT,
  lang        TEXT,
  since       INTEGER,
  until       INTEGER,
  base        TEXT,                      -- beginning of the addresses of pages, NULL where there are none
  most        INTEGER NOT NULL,          -- messages that may wait
  off         TEXT,                      -- why nothing is sent any more, NULL while it is
  rests       INTEGER NOT NULL DEFAULT 0, -- nothing is sent before, since something was refused
  delivered   INTEGER NOT NULL DEFAULT 0,
  dropped     INTEGER NOT NULL DEFAULT 0, -- messages that made room for newer ones
  last        INTEGER,                   -- when something was delivered last
  error       TEXT,                      -- the last one
  error_at    INTEGER
) STRICT;

CREATE TABLE outbox (                    -- one message a target, event and transaction; deleted once it is delivered
  no          INTEGER PRIMARY KEY AUTOINCREMENT, -- never lower than the microseconds since 1970, so that it grows after a restore too
  hook        TEXT NOT NULL REFERENCES hooks(name) ON DELETE CASCADE,
  event       BLOB,                      -- NULL: of no event
  id          TEXT NOT NULL,
  since       INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)), -- its age counts from then
  due         INTEGER NOT NULL DEFAULT 0, -- not tried before
  tries       INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0, -- 1: given up
  error       TEXT,
  body        TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_hook ON outbox(hook, failed, no);
CREATE INDEX outbox_by_event ON outbox(hook, event, no) WHERE failed = 0;
