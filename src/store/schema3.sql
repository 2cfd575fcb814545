-- Passages are followed both ways: an article that came late may be the origin of what came before it.
CREATE INDEX passages_by_other ON passages(other);

-- `version_of` names the version that was received first; `version` counts by publication, so that this may be any of them.
CREATE INDEX articles_by_version_of ON articles(version_of) WHERE version_of IS NOT NULL;

-- What a source published under a label of its own; the same address or id may be given by any number of sources.
DROP INDEX articles_by_url;
CREATE INDEX articles_by_address ON articles(url, source) WHERE url IS NOT NULL;
CREATE INDEX articles_by_sender ON articles(sender_id, source) WHERE sender_id IS NOT NULL;
