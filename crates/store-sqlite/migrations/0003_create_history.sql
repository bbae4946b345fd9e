-- Past values: one series for each definition and object.
CREATE TABLE series (
    id         INTEGER PRIMARY KEY,
    definition TEXT    NOT NULL,
    kind       INTEGER NOT NULL,
    object     TEXT    NOT NULL,
    UNIQUE (definition, kind, object)
);

CREATE TABLE points (
    series INTEGER NOT NULL REFERENCES series (id),
    at     INTEGER NOT NULL,
    value  REAL,
    flags  INTEGER NOT NULL,
    PRIMARY KEY (series, at)
) WITHOUT ROWID;

-- The oldest go first, whatever their series.
CREATE INDEX points_by_age ON points (at);
