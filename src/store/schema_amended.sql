-- Lists of events tell which hold an article that was taken back, by whatever article, wherever that is.
CREATE INDEX articles_amended ON articles(amends, amendment) WHERE amends IS NOT NULL;
