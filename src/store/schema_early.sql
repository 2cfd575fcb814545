-- Corrections and kills that came before what they amend, by their source: every article that comes looks here.
CREATE INDEX articles_early ON articles(source, pos) WHERE amends IS NULL AND amendment IN ('correction', 'kill');
