-- name: park
-- One entry is parked, or parked again with another time of the retry.
INSERT OR REPLACE INTO parked (
    sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, parked_at, retry_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: parked
-- The parked entries after a sequence number, in order; all of them if the limit is -1.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes,
    status, problem, parked_at, retry_at
FROM parked WHERE sequence > :after ORDER BY sequence LIMIT :limit

-- name: count_crash_of_parked
-- A relay has ended while it sent this entry.
UPDATE parked SET attempts = attempts + 1, crashes = crashes + 1
WHERE sequence = :sequence AND taken_by <> :owner

-- name: take_parked
-- A relay sends this entry now.
UPDATE parked SET taken_by = :owner WHERE sequence = :sequence

-- name: parked_entry
-- One parked entry.
SELECT sequence, operation, method, path, query, body, subjects, queued_at, trace, attempts, crashes
FROM parked WHERE sequence = :sequence

-- name: count_attempts_of_parked
-- Entries that were sent and not delivered.
UPDATE parked SET attempts = attempts + 1, taken_by = NULL WHERE sequence BETWEEN ? AND ?

-- name: delete_parked
-- Entries that were delivered, or are dead letters now, or are parked again.
DELETE FROM parked WHERE sequence BETWEEN ? AND ?

-- name: give_back_parked
-- A relay has leased these entries, and did not send them.
UPDATE parked SET taken_by = NULL WHERE taken_by = :owner
