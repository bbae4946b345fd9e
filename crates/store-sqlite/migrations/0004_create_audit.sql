-- The audit trail: who did what, and when. Deeds that change no document have no revisions.
CREATE TABLE audit (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    before     INTEGER NOT NULL,
    after      INTEGER NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    detail     TEXT    NOT NULL DEFAULT ''
);

CREATE INDEX audit_by_time ON audit (changed_at, number);
CREATE INDEX audit_of_deeds ON audit (kind, id, changed_at) WHERE before = 0 AND after = 0;

-- What was done before there was a trail, as far as versions tell.
INSERT INTO audit (kind, id, before, after, changed_by, changed_at)
WITH told AS (
    SELECT kind, id, revision, changed_by, changed_at, 0 AS is_last FROM documents WHERE kind NOT IN ('session', 'alert')
    UNION ALL
    SELECT kind, id, revision, changed_by, changed_at, removed_by <> '' OR removed_at <> 0 FROM versions
)
SELECT kind, id, before, after, changed_by, changed_at FROM (
    SELECT kind, id, CASE WHEN lag(is_last, 1, 1) OVER earlier THEN 0 ELSE lag(revision, 1, 0) OVER earlier END AS before,
           revision AS after, changed_by, changed_at
    FROM told WINDOW earlier AS (PARTITION BY kind, id ORDER BY revision)
    UNION ALL
    SELECT kind, id, revision, 0, removed_by, removed_at FROM versions WHERE removed_by <> '' OR removed_at <> 0
) ORDER BY changed_at;
