-- State of the owners of slots: what is valid, and what waits for its flip.
CREATE TABLE owners (
    owner   TEXT    NOT NULL PRIMARY KEY,
    fence   INTEGER NOT NULL,
    -- JSON; null until the first flip.
    pointer TEXT
) WITHOUT ROWID;

CREATE TABLE chunks (
    owner TEXT    NOT NULL,
    name  TEXT    NOT NULL,
    slot  INTEGER NOT NULL,
    bytes BLOB    NOT NULL,
    PRIMARY KEY (owner, name)
);

CREATE TABLE staged (
    owner      TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    slot       INTEGER NOT NULL,
    -- Null: the chunk is gone in this generation.
    bytes      BLOB,
    PRIMARY KEY (owner, generation, name)
);
