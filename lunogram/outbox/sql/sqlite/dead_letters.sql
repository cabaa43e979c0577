-- name: insert_dead_letter
-- One new dead letter. It keeps its sequence number, unless a dead letter has the same: other programs
-- that write entries may begin at 1 again.
WITH new (sequence) AS (VALUES (?))
INSERT INTO dead_letters (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, died_at
)
SELECT
    CASE WHEN EXISTS (SELECT 1 FROM dead_letters WHERE sequence = new.sequence)
        THEN (SELECT max(sequence) + 1 FROM dead_letters) ELSE new.sequence END,
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
FROM new

-- name: dead_letters
-- The dead letters after a sequence number, in order; all of them if the limit is -1.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, died_at
FROM dead_letters WHERE sequence > :after ORDER BY sequence LIMIT :limit

-- name: dead_sequences
-- The sequence numbers of all dead letters.
SELECT sequence FROM dead_letters ORDER BY sequence

-- name: requeue
-- One dead letter becomes an entry with a new sequence number; the time of queueing stays.
INSERT INTO entries (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
)
SELECT (SELECT queued FROM totals),
    operation, method, path, query, body, subjects, queued_at, trace, 0, 0
FROM dead_letters
WHERE sequence = :sequence

-- name: count_requeued
-- One dead letter goes back to the end of the queue.
UPDATE totals SET queued = queued + 1, pending = pending + 1, dead = dead - 1,
    pending_bytes = pending_bytes
        + (SELECT coalesce(length(body), 0) FROM dead_letters WHERE sequence = :sequence)

-- name: delete_dead_letter
-- One dead letter was retried or dropped.
DELETE FROM dead_letters WHERE sequence = :sequence

-- name: count_dropped
-- Dead letters were dropped by hand.
UPDATE totals SET dropped = dropped + :entries, dead = dead - :entries
