-- name: counted
-- The correct values of the counters, and the last sequence number that is in use.
WITH waiting (body) AS (SELECT body FROM entries UNION ALL SELECT body FROM parked)
SELECT
    (SELECT count(*) FROM waiting) AS pending,
    (SELECT coalesce(sum(length(body)), 0) FROM waiting) AS pending_bytes,
    (SELECT count(*) FROM dead_letters) AS dead,
    (SELECT max(
        coalesce((SELECT max(sequence) FROM entries), 0),
        coalesce((SELECT max(sequence) FROM parked), 0),
        coalesce((SELECT max(sequence) FROM dead_letters), 0),
        (SELECT last FROM lease)
    )) AS last

-- name: count_again
-- The counters are corrected; no sequence number is assigned twice.
WITH waiting (body) AS (SELECT body FROM entries UNION ALL SELECT body FROM parked)
UPDATE totals SET
    pending = (SELECT count(*) FROM waiting),
    pending_bytes = (SELECT coalesce(sum(length(body)), 0) FROM waiting),
    dead = (SELECT count(*) FROM dead_letters),
    queued = max(
        queued,
        coalesce((SELECT max(sequence) FROM entries), 0),
        coalesce((SELECT max(sequence) FROM parked), 0),
        coalesce((SELECT max(sequence) FROM dead_letters), 0),
        (SELECT last FROM lease)
    )

-- name: certain_totals
-- The counters without the latest entries, which may have up to 99 sequence numbers.
SELECT queued + 99 AS queued, delivered, died, dropped, refused, pending, pending_bytes, dead,
    (SELECT count(*) FROM parked) AS parked
FROM totals

-- name: set_totals
-- The counters of a repaired file.
UPDATE totals SET queued = :queued, delivered = :delivered, died = :died, dropped = :dropped,
    refused = :refused

-- name: last_of_entries
-- The last sequence number of an entry.
SELECT coalesce(max(sequence), 0) FROM entries

-- name: last_of_dead_letters
-- The last sequence number of a dead letter.
SELECT coalesce(max(sequence), 0) FROM dead_letters

-- name: entries_between
-- The entries between two sequence numbers.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM entries WHERE sequence BETWEEN :first AND :last ORDER BY sequence LIMIT :limit

-- name: dead_letters_between
-- The dead letters between two sequence numbers.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, died_at
FROM dead_letters WHERE sequence BETWEEN :first AND :last ORDER BY sequence LIMIT :limit

-- name: copy_entries
-- One entry of a file that is being repaired.
INSERT OR IGNORE INTO entries (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: copy_dead_letters
-- One dead letter of a file that is being repaired.
INSERT OR IGNORE INTO dead_letters (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, died_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: checkpoints_forwards
-- The checkpoints of all imports.
SELECT name, value FROM checkpoints ORDER BY name

-- name: checkpoints_backwards
-- The checkpoints of all imports, from the last one on.
SELECT name, value FROM checkpoints ORDER BY name DESC

-- name: copy_checkpoint
-- One checkpoint of a file that is being repaired.
INSERT OR REPLACE INTO checkpoints (name, value) VALUES (?, ?)

-- name: entries_forwards
-- The entries, from their first page on.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM entries ORDER BY sequence

-- name: entries_backwards
-- The entries, from their last page on.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM entries ORDER BY sequence DESC

-- name: dead_letters_forwards
-- The dead letters, from their first page on.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, died_at
FROM dead_letters ORDER BY sequence

-- name: dead_letters_backwards
-- The dead letters, from their last page on.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, died_at
FROM dead_letters ORDER BY sequence DESC

-- name: count_entries
-- The number of entries.
SELECT count(*) FROM entries

-- name: count_dead_letters
-- The number of dead letters.
SELECT count(*) FROM dead_letters

-- name: last_of_parked
-- The last sequence number of a parked entry.
SELECT coalesce(max(sequence), 0) FROM parked

-- name: parked_between
-- The parked entries between two sequence numbers.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, parked_at, retry_at
FROM parked WHERE sequence BETWEEN :first AND :last ORDER BY sequence LIMIT :limit

-- name: copy_parked
-- One parked entry of a file that is being repaired.
INSERT OR IGNORE INTO parked (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, parked_at, retry_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: parked_forwards
-- The parked entries, from their first page on.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, parked_at, retry_at
FROM parked ORDER BY sequence

-- name: parked_backwards
-- The parked entries, from their last page on.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, parked_at, retry_at
FROM parked ORDER BY sequence DESC

-- name: count_parked
-- The number of parked entries.
SELECT count(*) FROM parked
