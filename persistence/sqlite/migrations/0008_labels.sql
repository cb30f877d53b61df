-- Labels as rows, so that instances are found by them, and by their order.

CREATE TABLE labels (
  instance_key INTEGER NOT NULL,
  name         TEXT NOT NULL,
  type         TEXT NOT NULL,                        -- text, number, bool, time
  text         TEXT NOT NULL,                        -- the value, whatever its type
  number       REAL,                                 -- of a text NULL; false 0, true 1; a time in milliseconds
  PRIMARY KEY (instance_key, name)
) WITHOUT ROWID;
CREATE INDEX labels_by_text ON labels (name, text, instance_key) WHERE number IS NULL;
CREATE INDEX labels_by_number ON labels (name, type, number, instance_key) WHERE number IS NOT NULL;

-- Labels that cannot be read (somebody has changed them) are not taken along.
INSERT INTO labels (instance_key, name, type, text)
  SELECT i.key, l.key, 'text', l.atom
  FROM instances i, json_each(CASE WHEN json_valid(cast(i.labels AS TEXT)) THEN cast(i.labels AS TEXT) ELSE '{}' END) l
  WHERE i.labels IS NOT NULL AND l.type = 'text' AND l.key IS NOT NULL AND typeof(l.key) = 'text'
  ON CONFLICT DO NOTHING;
ALTER TABLE instances DROP COLUMN labels;

CREATE INDEX instances_by_creation ON instances (created_at, key);
