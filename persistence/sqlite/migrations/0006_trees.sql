-- Whoever starts others is the root of a tree. A tree whose root has ended, or is to be cancelled, is closed: nothing
-- more is started in it.

ALTER TABLE instances ADD COLUMN root INTEGER;                     -- the key of it; NULL: this is one
ALTER TABLE instances ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;  -- below it

-- Only of what may still start something. Where a parent has ended, its children are about to be cancelled: it is
-- the root of what is left of its tree.
WITH RECURSIVE tree (key, id, root, depth) AS (
  SELECT i.key, i.id, coalesce(p.key, i.key), p.key IS NOT NULL
    FROM instances i LEFT JOIN instances p ON p.id = i.parent_instance
    WHERE i.status IN ('pending', 'running') AND (p.key IS NULL OR p.status NOT IN ('pending', 'running'))
  UNION ALL
  SELECT c.key, c.id, t.root, t.depth + 1 FROM tree t
    JOIN instances c ON c.parent_instance = t.id AND c.status IN ('pending', 'running'))
UPDATE instances SET root = t.root, depth = t.depth FROM tree t WHERE instances.key = t.key AND t.root <> t.key;
