-- Lists of events tell which hold an article that was taken back, by whatever article, wherever that is.
CREATE INDEX articles_amended ON articles(amends, amendment) WHERE amends IS NOT NULL;
-- Files that were put back into the inbox by their bytes, as often as that was.
CREATE INDEX files_retried ON files(digest) WHERE retried = 1;
