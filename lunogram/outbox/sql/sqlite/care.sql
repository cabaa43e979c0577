-- name: counted
-- What the counters should say, and the last place that is taken.
SELECT
    (SELECT count(*) FROM entries) AS pending,
    (SELECT coalesce(sum(length(body)), 0) FROM entries) AS pending_bytes,
    (SELECT count(*) FROM dead_letters) AS dead,
    (SELECT max(
        coalesce((SELECT max(sequence) FROM entries), 0),
        coalesce((SELECT max(sequence) FROM dead_letters), 0),
        (SELECT last FROM lease)
    )) AS last

-- name: count_again
-- The counters are corrected; no place is given out twice.
UPDATE totals SET
    pending = (SELECT count(*) FROM entries),
    pending_bytes = (SELECT coalesce(sum(length(body)), 0) FROM entries),
    dead = (SELECT count(*) FROM dead_letters),
    queued = max(
        queued,
        coalesce((SELECT max(sequence) FROM entries), 0),
        coalesce((SELECT max(sequence) FROM dead_letters), 0),
        (SELECT last FROM lease)
    )

-- name: certain_totals
-- The counters without what came last. Up to 99 places may be taken by that.
SELECT queued + 99 AS queued, delivered, died, dropped, refused, pending, pending_bytes, dead
FROM totals

-- name: set_totals
-- The counters of a file that is repaired.
UPDATE totals SET queued = :queued, delivered = :delivered, died = :died, dropped = :dropped,
    refused = :refused

-- name: last_of_entries
-- The last place of an entry.
SELECT coalesce(max(sequence), 0) FROM entries

-- name: last_of_dead_letters
-- The last place of a dead letter.
SELECT coalesce(max(sequence), 0) FROM dead_letters

-- name: entries_between
-- What waits between two places.
SELECT * FROM entries WHERE sequence BETWEEN :first AND :last ORDER BY sequence LIMIT :limit

-- name: dead_letters_between
-- The dead letters between two places.
SELECT * FROM dead_letters WHERE sequence BETWEEN :first AND :last ORDER BY sequence LIMIT :limit

-- name: copy_entries
-- One entry of a file that is repaired.
INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: copy_dead_letters
-- One dead letter of a file that is repaired.
INSERT OR IGNORE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: bookmarks
-- How far all imports have come.
SELECT * FROM bookmarks ORDER BY name

-- name: bookmarks_backwards
-- The same, the other way round.
SELECT * FROM bookmarks ORDER BY name DESC

-- name: copy_bookmark
-- One bookmark of a file that is repaired.
INSERT OR REPLACE INTO bookmarks VALUES (?, ?)

-- name: entries_forwards
-- What waits, from its first page on.
SELECT * FROM entries ORDER BY sequence

-- name: entries_backwards
-- What waits, from its last page on.
SELECT * FROM entries ORDER BY sequence DESC

-- name: dead_letters_forwards
-- The dead letters, from their first page on.
SELECT * FROM dead_letters ORDER BY sequence

-- name: dead_letters_backwards
-- The dead letters, from their last page on.
SELECT * FROM dead_letters ORDER BY sequence DESC

-- name: count_entries
-- How many wait.
SELECT count(*) FROM entries

-- name: count_dead_letters
-- How many dead letters there are.
SELECT count(*) FROM dead_letters
