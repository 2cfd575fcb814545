-- What lists of events are filtered and ordered by, and sources are told from. It is written with the summary of an event; events that
-- were merged have nothing here.
CREATE TABLE event_sources (             -- who reports an event, in whose words
  event     BLOB NOT NULL,
  source    INTEGER NOT NULL,
  of        INTEGER NOT NULL,            -- the source that was first with the text, for copies; 0 for words of its own
  articles  INTEGER NOT NULL,            -- versions of one count once
  first     INTEGER NOT NULL,            -- how many of them have the relation `first`
  roundups  INTEGER NOT NULL,
  delay     INTEGER,                     -- microseconds from the first source of the event to this one, the same in all its rows; NULL if not known
  PRIMARY KEY (event, source, of)
) STRICT, WITHOUT ROWID;
INSERT INTO event_sources
  WITH member AS (SELECT p.event, p.story, p.relation, a.pos, a.source, a.version = 1 AS counts,
      CASE WHEN a.precision <> 'day' THEN a.published END AS known, coalesce(a.published, a.received) AS at FROM placements p JOIN articles a USING(pos)),
    told AS (SELECT event, source, relation, counts, first_value(source) OVER (PARTITION BY event, story ORDER BY at, pos) AS origin,
      min(known) OVER (PARTITION BY event, source) - min(known) OVER (PARTITION BY event) AS delay FROM member)
  SELECT event, source, CASE WHEN relation IN ('copy', 'edited', 'rewrite') THEN origin ELSE 0 END, sum(counts), sum(counts AND relation = 'first'),
    sum(counts AND relation = 'roundup'), max(nullif(delay, 0)) FROM told GROUP BY 1, 2, 3;
CREATE INDEX event_sources_by_source ON event_sources(source, of, event, articles, first, roundups);

CREATE TABLE event_agencies (            -- which agencies its articles credit, by id
  event   BLOB NOT NULL,
  agency  TEXT NOT NULL,
  PRIMARY KEY (event, agency)
) STRICT, WITHOUT ROWID;
INSERT INTO event_agencies SELECT DISTINCT p.event, c.value ->> 'id' FROM articles a JOIN placements p USING(pos), json_each(a.credits) c
  WHERE a.credits IS NOT NULL ORDER BY 1, 2;
CREATE INDEX event_agencies_by_agency ON event_agencies(agency, event);

-- Both hold all columns that a list asks for, also the one that is always NULL, so that passing an event over reads nothing else.
DROP INDEX events_by_last;
CREATE INDEX events_by_last ON events(last DESC, id, articles, source_count, first, lang, merged_into) WHERE merged_into IS NULL AND articles > 0;
CREATE INDEX events_by_size ON events(articles DESC, last DESC, id, source_count, first, lang, merged_into) WHERE merged_into IS NULL AND articles > 0;

-- What joined lately: later versions of an article join nothing. Where only the day is known, an article counts when it came, within that day.
CREATE INDEX articles_by_time ON articles(
  CASE WHEN precision = 'day' THEN min(received, published + 86400000000) ELSE coalesce(published, received) END
) WHERE version = 1;
