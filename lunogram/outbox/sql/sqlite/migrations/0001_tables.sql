-- oldest reader: 1

-- The entries. Each has the number after counters.queued; none is assigned twice.
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
    crashes INTEGER NOT NULL
);

-- The dead letters.
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
    crashes INTEGER NOT NULL,
    status INTEGER,
    problem TEXT NOT NULL,
    died_at REAL NOT NULL
);

-- The lease: which relay may send. The entries up to the sequence number `last` are leased to it, or
-- were to the relay that had the lease before and ended.
CREATE TABLE lease (
    owner TEXT,
    taken_at REAL NOT NULL,
    seconds REAL NOT NULL,
    last INTEGER NOT NULL
);
INSERT INTO lease VALUES (NULL, 0, 0, 0);

-- The checkpoints of imports.
CREATE TABLE checkpoints (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Numbers that would take long to count, or can't be counted. The entries are counted up to the
-- sequence number `queued`, and later ones when the numbers are read: writing the counters with each
-- call would double its cost.
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

-- The same numbers, with the entries since.
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

-- The entries since are never many. (A statement ends with a semicolon at the end of a line.)
CREATE TRIGGER count_some AFTER INSERT ON entries WHEN new.sequence % 100 = 0
BEGIN
    UPDATE totals SET (queued, pending, pending_bytes) =
        (SELECT queued, pending, pending_bytes FROM counters); END;
