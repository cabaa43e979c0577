-- name: insert_dead_letter
-- One entry was given up.
INSERT INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: dead_letters
-- The dead letters behind a place; all of them if the limit is -1.
SELECT * FROM dead_letters WHERE sequence > :after ORDER BY sequence LIMIT :limit

-- name: dead_sequences
-- The places of all of them.
SELECT sequence FROM dead_letters ORDER BY sequence

-- name: requeue
-- One dead letter, as if it had just been queued; the time stays.
INSERT INTO entries
SELECT (SELECT queued FROM totals), method, path, query, body, subjects, queued_at, trace, 0, 0
FROM dead_letters
WHERE sequence = :sequence

-- name: count_requeued
-- One dead letter goes back to the end of the queue.
UPDATE totals SET queued = queued + 1, pending = pending + 1, dead = dead - 1,
    pending_bytes = pending_bytes
        + (SELECT coalesce(length(body), 0) FROM dead_letters WHERE sequence = :sequence)

-- name: delete_dead_letter
-- It is a dead letter no more.
DELETE FROM dead_letters WHERE sequence = :sequence

-- name: count_dropped
-- Dead letters were dropped by hand.
UPDATE totals SET dropped = dropped + :entries, dead = dead - :entries
