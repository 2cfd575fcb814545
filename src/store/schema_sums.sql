-- What was written, in a number for each article and each event, so that what a disk gives back is not believed when it is something else.
-- `digest` is a function of the program: of its arguments, 40 bits. A change takes off what was and adds what is, so that what was damaged
-- before stays known for damaged. What is hashed here and what readers hash (sums.rs) must be the same.
CREATE TABLE sums (
  pos      INTEGER PRIMARY KEY,
  row      INTEGER NOT NULL,             -- of the article, its place, and the names that it is shown with
  long     INTEGER NOT NULL,             -- of what is long of them: its text, the evidence, and what restores the detector
  passages INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE event_sums (
  event BLOB PRIMARY KEY,
  sum   INTEGER NOT NULL                 -- of the event, and which articles are in it
) STRICT, WITHOUT ROWID;

INSERT INTO sums(pos, row, long)
  SELECT a.pos, digest(a.pos, a.id, a.file, a.position, a.sender_id, a.title, a.source, a.source_step, a.published, a.precision,
      a.date_step, a.received, a.lang, a.url, a.byline, a.category, a.label, a.pubstatus, a.notes, a.extra, a.version, a.version_of, a.lane,
      a.source_found, a.credits, a.asides, a.amendment, a.amends)
    + digest(p.event, p.story, p.relation, p.relation_to, p.score, p.features, p.model, p.follows)
    + digest(s.name, f.path, f.format, f.encoding), digest(a.text) + digest(p.because, p.trace)
  FROM articles a JOIN placements p USING(pos) JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file ORDER BY a.pos;
UPDATE sums SET passages = total FROM
  (SELECT q.pos AS at, sum(digest(q.start, q.words, q.other, q.other_start)) AS total FROM passages q GROUP BY q.pos) WHERE pos = at;
INSERT INTO event_sums(event, sum)
  SELECT e.id, digest(e.id, e.headline, e.lang, e.first, e.last, e.articles, e.source_count, e.lineage_count, e.merged_into)
    + (SELECT coalesce(sum(digest(p.pos)), 0) FROM placements p WHERE p.event = e.id)
  FROM events e ORDER BY e.id;

CREATE TRIGGER placed AFTER INSERT ON placements BEGIN
  INSERT INTO sums(pos, row, long)
    SELECT a.pos, digest(a.pos, a.id, a.file, a.position, a.sender_id, a.title, a.source, a.source_step, a.published, a.precision,
        a.date_step, a.received, a.lang, a.url, a.byline, a.category, a.label, a.pubstatus, a.notes, a.extra, a.version, a.version_of, a.lane,
        a.source_found, a.credits, a.asides, a.amendment, a.amends)
      + digest(new.event, new.story, new.relation, new.relation_to, new.score, new.features, new.model, new.follows)
      + digest(s.name, f.path, f.format, f.encoding), digest(a.text) + digest(new.because, new.trace)
    FROM articles a JOIN sources s ON s.no = a.source JOIN files f ON f.no = a.file WHERE a.pos = new.pos;
  INSERT INTO event_sums(event, sum) VALUES(new.event, digest(new.pos)) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum;
END;
CREATE TRIGGER placed_anew AFTER UPDATE ON placements BEGIN
  UPDATE sums SET row = row
      - digest(old.event, old.story, old.relation, old.relation_to, old.score, old.features, old.model, old.follows)
      + digest(new.event, new.story, new.relation, new.relation_to, new.score, new.features, new.model, new.follows)
    WHERE pos = new.pos;
END;
CREATE TRIGGER moved AFTER UPDATE OF event ON placements WHEN old.event <> new.event BEGIN
  UPDATE event_sums SET sum = sum - digest(old.pos) WHERE event = old.event;
  INSERT INTO event_sums(event, sum) VALUES(new.event, digest(new.pos)) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum;
END;
CREATE TRIGGER amended AFTER UPDATE ON articles BEGIN
  UPDATE sums SET row = row
      - digest(old.pos, old.id, old.file, old.position, old.sender_id, old.title, old.source, old.source_step, old.published,
          old.precision, old.date_step, old.received, old.lang, old.url, old.byline, old.category, old.label, old.pubstatus, old.notes,
          old.extra, old.version, old.version_of, old.lane, old.source_found, old.credits, old.asides, old.amendment, old.amends)
      + digest(new.pos, new.id, new.file, new.position, new.sender_id, new.title, new.source, new.source_step, new.published,
          new.precision, new.date_step, new.received, new.lang, new.url, new.byline, new.category, new.label, new.pubstatus, new.notes,
          new.extra, new.version, new.version_of, new.lane, new.source_found, new.credits, new.asides, new.amendment, new.amends)
    WHERE pos = new.pos;
END;
CREATE TRIGGER explained_anew AFTER UPDATE OF because, trace ON placements BEGIN
  UPDATE sums SET long = long - digest(old.because, old.trace) + digest(new.because, new.trace) WHERE pos = new.pos;
END;
CREATE TRIGGER reworded AFTER UPDATE OF text ON articles BEGIN
  UPDATE sums SET long = long - digest(old.text) + digest(new.text) WHERE pos = new.pos;
END;
CREATE TRIGGER passed AFTER INSERT ON passages BEGIN
  UPDATE sums SET passages = passages + digest(new.start, new.words, new.other, new.other_start) WHERE pos = new.pos;
END;
CREATE TRIGGER summarised AFTER INSERT ON events BEGIN
  INSERT INTO event_sums(event, sum)
    VALUES(new.id, digest(new.id, new.headline, new.lang, new.first, new.last, new.articles, new.source_count, new.lineage_count, new.merged_into))
    ON CONFLICT DO UPDATE SET sum = sum + excluded.sum;
END;
CREATE TRIGGER summarised_anew AFTER UPDATE ON events BEGIN
  UPDATE event_sums SET sum = sum
      - digest(old.id, old.headline, old.lang, old.first, old.last, old.articles, old.source_count, old.lineage_count, old.merged_into)
      + digest(new.id, new.headline, new.lang, new.first, new.last, new.articles, new.source_count, new.lineage_count, new.merged_into)
    WHERE event = new.id;
END;
