-- oldest reader: 2

-- The parked entries, which wait apart from the queue.
CREATE TABLE parked (
    sequence INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
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
    parked_at REAL NOT NULL,
    retry_at REAL NOT NULL,
    taken_by TEXT                       -- the relay that sends it now, or ended while it sent it
);

-- Other programs that write entries may use the sequence number of a parked entry again.
CREATE TRIGGER renumber AFTER INSERT ON entries WHEN EXISTS (
    SELECT 1 FROM parked WHERE sequence = new.sequence
)
BEGIN
    UPDATE entries SET sequence = (
        SELECT 1 + max(queued, (SELECT max(sequence) FROM entries)) FROM totals
    ) WHERE sequence = new.sequence; END;
