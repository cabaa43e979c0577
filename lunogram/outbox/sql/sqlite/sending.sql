-- name: lease
-- Whose turn it is.
SELECT * FROM lease

-- name: count_deaths
-- A relay has ended while these were on their way.
UPDATE entries SET attempts = attempts + 1, deaths = deaths + 1
WHERE sequence BETWEEN :first AND :last

-- name: take
-- A relay is about to send what is at these places.
UPDATE lease SET owner = :owner, taken_at = :now, seconds = :seconds, first = :first, last = :last

-- name: hold
-- A relay waits before it tries again, and nothing is on its way.
UPDATE lease SET taken_at = :now, seconds = :seconds, first = NULL, last = NULL
WHERE owner = :owner

-- name: release
-- A relay has nothing on its way, and lets others in.
UPDATE lease SET owner = NULL, seconds = 0, first = NULL, last = NULL WHERE owner = :owner

-- name: settle
-- Nothing is on its way any more; the lease stays.
UPDATE lease SET first = NULL, last = NULL WHERE owner = :owner

-- name: count_attempts
-- These were sent, and have not arrived.
UPDATE entries SET attempts = attempts + :attempts WHERE sequence BETWEEN :first AND :last

-- name: size_of
-- The bytes of some bodies.
SELECT coalesce(sum(length(body)), 0) FROM entries WHERE sequence BETWEEN :first AND :last

-- name: delete_entries
-- These wait no more.
DELETE FROM entries WHERE sequence BETWEEN :first AND :last

-- name: count_delivered
-- Entries have arrived.
UPDATE totals SET delivered = delivered + :entries, pending_bytes = pending_bytes - :bytes
