-- Metadata: users, boards, settings. The present version of each, and the earlier ones.
CREATE TABLE documents (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE versions (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    -- Who removed the document; empty where this version was replaced by a later one.
    removed_by TEXT    NOT NULL DEFAULT '',
    removed_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id, revision)
) WITHOUT ROWID;
