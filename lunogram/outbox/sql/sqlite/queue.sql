-- name: totals
-- The counters.
SELECT queued, delivered, died, dropped, refused, pending, pending_bytes, dead,
    (SELECT count(*) FROM parked) AS parked
FROM counters

-- name: fill
-- The number of entries, and the bytes of their bodies.
SELECT pending, pending_bytes FROM counters

-- name: last_sequence
-- The last sequence number that was assigned.
SELECT max(queued, coalesce((SELECT max(sequence) FROM entries), 0)) FROM totals

-- name: count_queued
-- The counters include all entries from now on: before any of them is deleted.
UPDATE totals SET (queued, pending, pending_bytes) =
    (SELECT queued, pending, pending_bytes FROM counters)

-- name: insert_entry
-- One entry with the next sequence number.
INSERT INTO entries (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
) VALUES (
    (SELECT 1 + max(queued, coalesce((SELECT max(sequence) FROM entries), 0)) FROM totals),
    ?, ?, ?, ?, ?, ?, ?, ?, 0, 0
)

-- name: count_refused
-- Entries that were dropped because the outbox was full.
UPDATE totals SET refused = refused + :entries

-- name: oldest
-- When the first entry was queued.
SELECT queued_at FROM (
    SELECT * FROM (SELECT sequence, queued_at FROM entries ORDER BY sequence LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT sequence, queued_at FROM parked ORDER BY sequence LIMIT 1)
) ORDER BY sequence LIMIT 1

-- name: waits
-- Whether there is an entry up to a sequence number.
SELECT EXISTS (SELECT 1 FROM entries WHERE sequence <= :up_to)
    OR EXISTS (SELECT 1 FROM parked WHERE sequence <= :up_to)

-- name: queue
-- The entries after a sequence number, in order; all of them if the limit is -1.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM entries WHERE sequence > :after ORDER BY sequence LIMIT :limit

-- name: pending
-- The same, with the parked entries.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM entries WHERE sequence > :after
UNION ALL
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM parked WHERE sequence > :after
ORDER BY sequence LIMIT :limit

-- name: checkpoint
-- The checkpoint of an import.
SELECT value FROM checkpoints WHERE name = :name

-- name: set_checkpoint
-- A new checkpoint of an import.
INSERT OR REPLACE INTO checkpoints (name, value) VALUES (:name, :value)

-- name: delete_checkpoint
-- An import has ended.
DELETE FROM checkpoints WHERE name = :name
