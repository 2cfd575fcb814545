-- Under which names, of slug and headline, an article begins an item of a wire: what corrects, withdraws or goes on with it finds it here.
CREATE TABLE item_names (
  day   INTEGER NOT NULL,                -- days since 1970 of its publication, else of its receipt
  name  INTEGER NOT NULL,                -- hash of source and name
  pos   INTEGER NOT NULL,
  PRIMARY KEY (day, name, pos)
) STRICT, WITHOUT ROWID;
