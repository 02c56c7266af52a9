-- Format 2. Rows whose line is not published: an area about so many metres around stands for it, in every edition.
CREATE TABLE areas (
    key     TEXT PRIMARY KEY,
    metres  BIGINT NOT NULL,
    decided TEXT NOT NULL
);

-- How many times what is published of an edition was decided anew; its layers, as imported, never change.
ALTER TABLE editions ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
