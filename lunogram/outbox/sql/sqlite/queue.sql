-- name: totals
-- The numbers that are kept.
SELECT * FROM counters

-- name: fill
-- How much waits.
SELECT pending, pending_bytes FROM counters

-- name: last_place
-- The last place that was given out.
SELECT max(queued, coalesce((SELECT max(sequence) FROM entries), 0)) FROM totals

-- name: count_queued
-- What came in is counted: before anything of it goes.
UPDATE totals SET (queued, pending, pending_bytes) =
    (SELECT queued, pending, pending_bytes FROM counters)

-- name: insert_entry
-- One entry at the next place.
INSERT INTO entries VALUES (
    (SELECT 1 + max(queued, coalesce((SELECT max(sequence) FROM entries), 0)) FROM totals),
    ?, ?, ?, ?, ?, ?, ?, 0, 0
)

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
-- What waits behind a place, in order; all of it if the limit is -1. May be read in part.
SELECT * FROM entries WHERE sequence > :after ORDER BY sequence LIMIT :limit

-- name: bookmark
-- How far an import has come.
SELECT value FROM bookmarks WHERE name = :name

-- name: set_bookmark
-- An import has come this far.
INSERT OR REPLACE INTO bookmarks VALUES (:name, :value)

-- name: delete_bookmark
-- An import has ended.
DELETE FROM bookmarks WHERE name = :name
