-- What waits. Places in the queue are given out by totals.queued, and never twice.
CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    body BLOB,
    subjects TEXT NOT NULL,             -- a JSON array of text
    queued_at REAL NOT NULL,
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
    attempts INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    status INTEGER,
    problem TEXT NOT NULL,
    died_at REAL NOT NULL
);

-- Whose turn it is to send, and what is on its way: the places first to last, or nothing.
CREATE TABLE lease (
    owner TEXT,
    taken_at REAL NOT NULL,
    seconds REAL NOT NULL,
    first INTEGER,
    last INTEGER
);
INSERT INTO lease VALUES (NULL, 0, 0, NULL, NULL);

-- Numbers that would take long to count. Only pending_bytes ever falls.
CREATE TABLE totals (
    queued INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    died INTEGER NOT NULL,
    retried INTEGER NOT NULL,           -- dead letters queued again
    dropped INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    pending_bytes INTEGER NOT NULL
);
INSERT INTO totals VALUES (0, 0, 0, 0, 0, 0, 0);
