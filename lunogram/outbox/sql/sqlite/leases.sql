-- name: lease
-- The lease: which relay may send.
SELECT owner, taken_at, seconds, last FROM lease

-- name: count_crashes
-- A relay has ended while these entries were leased to it. Adding 1 to a text would make a number of
-- it, and a malformed entry well-formed.
UPDATE entries SET attempts = attempts + 1, crashes = crashes + 1
WHERE sequence <= :last AND typeof(attempts) = 'integer' AND typeof(crashes) = 'integer'

-- name: take
-- A relay may send for a while, and has leased the entries up to a sequence number.
UPDATE lease SET owner = :owner, taken_at = :now, seconds = :seconds, last = :last

-- name: release
-- A relay has nothing in flight, and ends its lease.
UPDATE lease SET owner = NULL, seconds = 0, last = 0 WHERE owner = :owner

-- name: count_attempts
-- Entries that were sent and not delivered.
UPDATE entries SET attempts = attempts + 1 WHERE sequence BETWEEN ? AND ?

-- name: queued_at
-- When an entry was queued.
SELECT queued_at FROM entries WHERE sequence = :sequence
UNION ALL
SELECT queued_at FROM parked WHERE sequence = :sequence

-- name: delete_entries
-- Entries that were delivered, or are dead letters now.
DELETE FROM entries WHERE sequence BETWEEN ? AND ?

-- name: count_settled
-- Entries that were delivered, or are dead letters now.
UPDATE totals SET delivered = delivered + :delivered, died = died + :died, dead = dead + :died,
    pending = pending - :delivered - :died, pending_bytes = pending_bytes - :bytes

-- name: count_pending
-- The counters of entries are counted anew. Other programs may have used sequence numbers again, so
-- that the last of them is less than the number of entries that were ever queued.
WITH waiting (body) AS (SELECT body FROM entries UNION ALL SELECT body FROM parked)
UPDATE totals SET
    (pending, pending_bytes) = (SELECT count(*), coalesce(sum(length(body)), 0) FROM waiting),
    queued = max(queued, delivered + died + (SELECT count(*) FROM waiting))
