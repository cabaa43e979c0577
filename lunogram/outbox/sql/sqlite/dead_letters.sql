-- name: bury
-- Entries become dead letters.
INSERT INTO dead_letters
SELECT sequence, method, path, query, body, subjects, queued_at, attempts + :attempts, deaths,
    :status, :problem, :now
FROM entries
WHERE sequence BETWEEN :first AND :last

-- name: count_died
-- Entries were given up.
UPDATE totals SET died = died + :entries, pending_bytes = pending_bytes - :bytes

-- name: dead_letters
-- The oldest dead letters; all of them if the limit is -1.
SELECT * FROM dead_letters ORDER BY sequence LIMIT :limit

-- name: dead_letters_between
-- Dead letters at these places.
SELECT * FROM dead_letters WHERE sequence BETWEEN :first AND :last ORDER BY sequence

-- name: dead_letter
-- One dead letter.
SELECT * FROM dead_letters WHERE sequence = :sequence

-- name: dead_sequences
-- The places of all of them.
SELECT sequence FROM dead_letters ORDER BY sequence

-- name: requeue
-- One dead letter, as if it had just been queued; the time stays.
INSERT INTO entries (sequence, method, path, query, body, subjects, queued_at, attempts, deaths)
SELECT (SELECT queued FROM totals), method, path, query, body, subjects, queued_at, 0, 0
FROM dead_letters
WHERE sequence = :sequence

-- name: count_requeued
-- One dead letter goes back to the end of the queue.
UPDATE totals SET queued = queued + 1, retried = retried + 1,
    pending_bytes = pending_bytes
        + (SELECT coalesce(length(body), 0) FROM dead_letters WHERE sequence = :sequence)

-- name: delete_dead_letter
-- It is a dead letter no more.
DELETE FROM dead_letters WHERE sequence = :sequence

-- name: count_dropped
-- Dead letters were dropped by hand.
UPDATE totals SET dropped = dropped + :entries
