-- name: totals
-- The numbers that are kept.
SELECT * FROM totals

-- name: count_queued
-- Entries come in.
UPDATE totals SET queued = queued + :entries, pending_bytes = pending_bytes + :bytes

-- name: insert_entry
-- One entry at its place.
INSERT INTO entries (sequence, method, path, query, body, subjects, queued_at, attempts, deaths)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)

-- name: count_refused
-- Entries for which there was no room.
UPDATE totals SET refused = refused + :entries

-- name: oldest
-- When the first in the queue came.
SELECT queued_at FROM entries ORDER BY sequence LIMIT 1

-- name: waits
-- Whether anything waits at or before a place.
SELECT EXISTS (SELECT 1 FROM entries WHERE sequence <= :up_to)

-- name: queue
-- What waits, in order. To be read as far as needed.
SELECT * FROM entries ORDER BY sequence
