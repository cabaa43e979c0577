-- name: lease
-- Which relay may send.
SELECT * FROM lease

-- name: count_deaths
-- A relay has ended with these in its hands.
UPDATE entries SET attempts = attempts + 1, deaths = deaths + 1 WHERE sequence <= :last

-- name: take
-- A relay may send for a while, and has in its hands what is up to a place.
UPDATE lease SET owner = :owner, taken_at = :now, seconds = :seconds, last = :last

-- name: release
-- A relay has nothing on its way, and lets others in.
UPDATE lease SET owner = NULL, seconds = 0, last = 0 WHERE owner = :owner

-- name: count_attempts
-- These were sent, and have not arrived.
UPDATE entries SET attempts = attempts + 1 WHERE sequence BETWEEN ? AND ?

-- name: delete_entries
-- These wait no more.
DELETE FROM entries WHERE sequence BETWEEN ? AND ?

-- name: count_settled
-- Entries have arrived, or were given up.
UPDATE totals SET delivered = delivered + :delivered, died = died + :died, dead = dead + :died,
    pending = pending - :delivered - :died, pending_bytes = pending_bytes - :bytes

-- name: count_pending
-- What waits is counted anew.
UPDATE totals SET (pending, pending_bytes) =
    (SELECT count(*), coalesce(sum(length(body)), 0) FROM entries)
