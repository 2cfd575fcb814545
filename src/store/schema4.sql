-- Who is credited, what is no part of the story, and what an article does to an earlier one.
ALTER TABLE articles ADD COLUMN source_found TEXT;      -- the name as found, where a known source is shown by another
ALTER TABLE articles ADD COLUMN credits TEXT;           -- JSON array of agencies, NULL for none
ALTER TABLE articles ADD COLUMN asides TEXT;            -- JSON array of byte ranges of the text that are not compared, NULL for none
ALTER TABLE articles ADD COLUMN amendment TEXT;         -- update, correction, kill
ALTER TABLE articles ADD COLUMN amends INTEGER;         -- order number of the article that it amends, if that is known
CREATE INDEX articles_by_source ON articles(source, pos);
CREATE INDEX articles_amending ON articles(amendment) WHERE amendment IS NOT NULL;
