-- Format 2: files that come in pieces, and where the rows of a run are on the map.

-- A file on its way. Like a batch, it is opened by a secret whose hash alone is kept.
CREATE TABLE arrivals (
    link      TEXT PRIMARY KEY,
    client    TEXT NOT NULL,
    file_name TEXT NOT NULL,
    bytes     BIGINT NOT NULL,
    received  BIGINT NOT NULL,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL
);
CREATE INDEX arrivals_by_client ON arrivals (client);
CREATE INDEX arrivals_by_expiry ON arrivals (expires);

-- What came of it so far, end to end; each piece is a file among the uploads.
CREATE TABLE arrival_pieces (
    arrival  TEXT NOT NULL REFERENCES arrivals (link) ON DELETE CASCADE,
    start_at BIGINT NOT NULL,
    bytes    BIGINT NOT NULL,
    upload   TEXT NOT NULL,
    PRIMARY KEY (arrival, start_at)
);

-- Where the rows of a chunk are; empty in runs made before.
ALTER TABLE tasks ADD COLUMN places BYTEA;
