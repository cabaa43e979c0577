-- What waits. Each has the place after the last one that counters.queued says; none is given twice.
CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    body BLOB,
    subjects TEXT NOT NULL,             -- a JSON array of text
    queued_at REAL NOT NULL,
    trace TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    deaths INTEGER NOT NULL
);

-- What was given up.
CREATE TABLE dead_letters (
    sequence INTEGER PRIMARY KEY,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    body BLOB,
    subjects TEXT NOT NULL,
    queued_at REAL NOT NULL,
    trace TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    status INTEGER,
    problem TEXT NOT NULL,
    died_at REAL NOT NULL
);

-- Which relay may send. What is up to the place `last` is in its hands, or in those of the relay
-- that had it before and ended.
CREATE TABLE lease (
    owner TEXT,
    taken_at REAL NOT NULL,
    seconds REAL NOT NULL,
    last INTEGER NOT NULL
);
INSERT INTO lease VALUES (NULL, 0, 0, 0);

-- How far imports have come.
CREATE TABLE bookmarks (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Numbers that would take long to count, or can't be counted. Those of what waits are counted up to
-- the place `queued`, and what came since is counted when they are asked for: to write them with
-- each call would make it cost twice as much.
CREATE TABLE totals (
    queued INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    died INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    pending_bytes INTEGER NOT NULL,
    dead INTEGER NOT NULL
);
INSERT INTO totals VALUES (0, 0, 0, 0, 0, 0, 0, 0);

-- The same numbers, with what came since.
CREATE VIEW counters AS
SELECT
    max(queued, last) AS queued, delivered, died, dropped, refused,
    pending + entries AS pending, pending_bytes + bytes AS pending_bytes, dead
FROM totals, (
    SELECT
        coalesce(max(sequence), 0) AS last,
        count(*) AS entries,
        coalesce(sum(length(body)), 0) AS bytes
    FROM entries
    WHERE sequence > (SELECT queued FROM totals)
);

-- So that they are never many. (What ends here is told by a semicolon at the end of a line.)
CREATE TRIGGER count_some AFTER INSERT ON entries WHEN new.sequence % 100 = 0
BEGIN
    UPDATE totals SET (queued, pending, pending_bytes) =
        (SELECT queued, pending, pending_bytes FROM counters); END;
