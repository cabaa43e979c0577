-- What waits. Places in the queue are given out by totals.queued, and never twice.
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

-- Numbers that would take long to count, or can't be counted.
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
