-- Format 1. Written so that SQLite and PostgreSQL both take it as it is.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Numbers given once. Drafts and releases share 'edition'; a discarded or interrupted draft leaves a gap.
CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO sequence (name, last) VALUES ('edition', 0);

-- What an edition is made of: immutable files named by their BLAKE3 (objects/ab/abcdef…).
CREATE TABLE objects (
    hash  TEXT PRIMARY KEY,
    bytes BIGINT NOT NULL
);

-- Drafts and releases. A draft is an edition that was never published.
CREATE TABLE editions (
    number        BIGINT PRIMARY KEY,
    created       TEXT NOT NULL,
    source        TEXT NOT NULL,
    based_on      BIGINT REFERENCES editions (number),
    summary       TEXT NOT NULL,
    refused_files BIGINT NOT NULL,
    snapshot      TEXT NOT NULL REFERENCES objects (hash),
    report        TEXT NOT NULL REFERENCES objects (hash)
);

CREATE TABLE edition_layers (
    number BIGINT NOT NULL REFERENCES editions (number),
    layer  TEXT NOT NULL,
    hash   TEXT NOT NULL REFERENCES objects (hash),
    PRIMARY KEY (number, layer)
);

-- The pointer to the current release and its history in one table: the last row is the current one, so publishing is
-- one insert and cannot be half done.
CREATE TABLE publications (
    id        BIGINT PRIMARY KEY,
    number    BIGINT NOT NULL REFERENCES editions (number),
    published TEXT NOT NULL
);
