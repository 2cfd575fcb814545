-- What lists of events are filtered and ordered by. `summarise` keeps them; events that were merged have none.
CREATE TABLE event_sources (             -- who reported an event
  event   BLOB NOT NULL,
  source  INTEGER NOT NULL,
  PRIMARY KEY (event, source)
) STRICT, WITHOUT ROWID;
INSERT INTO event_sources SELECT DISTINCT p.event, a.source FROM placements p JOIN articles a USING(pos) ORDER BY 1, 2;
CREATE INDEX event_sources_by_source ON event_sources(source, event);

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

-- What joined lately: later versions of an article join nothing.
CREATE INDEX articles_by_time ON articles(coalesce(published, received)) WHERE version = 1;
