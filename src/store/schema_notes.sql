-- What is worth knowing about a file besides its outcome.
ALTER TABLE files ADD COLUMN notes TEXT;                -- JSON array, such as what an archive of a crawl holds besides pages; NULL for none
