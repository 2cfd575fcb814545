-- What is owed to a file once its outcome is stored, and where its original is kept.
-- archived: 1 the file lies where it stays; 0 that is owed; 2 it is nowhere, which must never happen.
ALTER TABLE files ADD COLUMN claim BLOB;                        -- names it in the work folder; NULL if it was read where it lay
ALTER TABLE files ADD COLUMN original BLOB;                     -- path of its bytes in archive or quarantine; NULL if not kept
ALTER TABLE files ADD COLUMN retried INTEGER NOT NULL DEFAULT 0; -- 1: taken out of the quarantine to be read again; 2: with other bytes
UPDATE files SET archived = 1;                                  -- before this version files were retired and not noted
CREATE UNIQUE INDEX files_by_claim ON files(claim) WHERE claim IS NOT NULL;
CREATE INDEX files_not_archived ON files(no) WHERE archived <> 1;
CREATE INDEX files_kept ON files(received) WHERE original IS NOT NULL;
CREATE INDEX files_unread ON files(path_raw) WHERE digest IS NULL;
CREATE INDEX files_unread_shown ON files(path) WHERE digest IS NULL;
CREATE INDEX files_same ON files(digest);
DROP INDEX files_by_digest;
CREATE UNIQUE INDEX files_by_digest ON files(digest) WHERE outcome <> 'resent' AND digest IS NOT NULL AND retried = 0;

CREATE TABLE backups (
  at        INTEGER NOT NULL,          -- when it was complete
  path      TEXT NOT NULL,
  last_file INTEGER NOT NULL           -- the newest file in it
) STRICT;
