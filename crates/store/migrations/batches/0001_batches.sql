-- Format 1 of the database of people's files, apart from the catalogue. Written so that SQLite and PostgreSQL both take
-- it as it is: moments are milliseconds since 1970, links are kept as their hash only.

-- A file of addresses somebody gave. `owner` waits for accounts; without one, whoever holds the link owns the batch.
CREATE TABLE batches (
    link      TEXT PRIMARY KEY,
    owner     TEXT,
    client    TEXT NOT NULL,
    name      TEXT NOT NULL,
    file_name TEXT NOT NULL,
    upload    TEXT NOT NULL,
    bytes     BIGINT NOT NULL,
    options   TEXT NOT NULL,
    state     TEXT NOT NULL,
    problem   TEXT,
    row_count BIGINT,
    run       BIGINT NOT NULL,
    shown_run BIGINT,
    working   BOOLEAN NOT NULL,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    served    BIGINT NOT NULL
);
CREATE INDEX batches_by_client ON batches (client);
CREATE INDEX batches_by_expiry ON batches (expires);
CREATE INDEX batches_working ON batches (served, link) WHERE working;

-- One test of all its rows on one release and one address index, which the first worker to touch it pins.
CREATE TABLE runs (
    batch     TEXT NOT NULL REFERENCES batches (link) ON DELETE CASCADE,
    number    BIGINT NOT NULL,
    purpose   TEXT NOT NULL,
    pinned    BOOLEAN NOT NULL,
    release   BIGINT,
    addresses TEXT,
    started   BIGINT NOT NULL,
    finished  BIGINT,
    summary   TEXT,
    PRIMARY KEY (batch, number)
);

-- The questions of a file, cut once.
CREATE TABLE chunks (
    batch     TEXT NOT NULL REFERENCES batches (link) ON DELETE CASCADE,
    seq       BIGINT NOT NULL,
    first_row BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    questions BYTEA NOT NULL,
    PRIMARY KEY (batch, seq)
);

-- What is to be done, and the answers once it is. seq 0 reads the file, the last one ends the run.
CREATE TABLE tasks (
    batch       TEXT NOT NULL REFERENCES batches (link) ON DELETE CASCADE,
    run         BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    row_count   BIGINT NOT NULL,
    holder      TEXT,
    lease_until BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    finished    BIGINT,
    version     BIGINT NOT NULL,
    answers     BYTEA,
    facets      BYTEA,
    summary     TEXT,
    PRIMARY KEY (batch, run, seq)
);
CREATE INDEX tasks_to_do ON tasks (batch, run, seq) WHERE finished IS NULL;

-- Links given to others: they read, and they end.
CREATE TABLE shares (
    link    TEXT PRIMARY KEY,
    batch   TEXT NOT NULL REFERENCES batches (link) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX shares_by_batch ON shares (batch);

-- Rows whose place a person set right: kept from run to run.
CREATE TABLE corrections (
    batch     TEXT NOT NULL REFERENCES batches (link) ON DELETE CASCADE,
    row_index BIGINT NOT NULL,
    place     TEXT NOT NULL,
    corrected BIGINT NOT NULL,
    PRIMARY KEY (batch, row_index)
);

-- What moved for a row from a run to the next.
CREATE TABLE changes (
    batch      TEXT NOT NULL REFERENCES batches (link) ON DELETE CASCADE,
    run        BIGINT NOT NULL,
    row_index  BIGINT NOT NULL,
    transition TEXT NOT NULL,
    before     TEXT NOT NULL,
    after      TEXT NOT NULL,
    PRIMARY KEY (batch, run, row_index)
);
