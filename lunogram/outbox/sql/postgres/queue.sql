-- name: insert_entries
-- Entries at the end of the queue, all or none. Arrays go over in binary (b): five times as fast.
INSERT INTO lunogram_outbox.entries (lane, call, body, queued_at)
SELECT * FROM unnest(
    %(lanes)b::smallint[], %(calls)b::json[], %(bodies)b::bytea[], %(times)b::double precision[]
)

-- name: fill
-- How many wait, and the bytes of their bodies.
SELECT count(*), coalesce(sum(octet_length(body)), 0)::bigint FROM lunogram_outbox.entries

-- name: count_refused
-- Entries for which there was no room.
UPDATE lunogram_outbox.counters SET refused = refused + %(entries)s
WHERE slot = pg_backend_pid() %% 16

-- name: lock_bookmark
-- Whoever else reads or writes what is under this name waits until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('lunogram_outbox.bookmarks' || %(name)s, 0))

-- name: bookmark
-- What was written under a name.
SELECT value FROM lunogram_outbox.bookmarks WHERE name = %(name)s

-- name: set_bookmark
-- Write it.
INSERT INTO lunogram_outbox.bookmarks (name, value) VALUES (%(name)s, %(value)s)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: delete_bookmark
-- Forget it.
DELETE FROM lunogram_outbox.bookmarks WHERE name = %(name)s

-- name: stats
-- All numbers, of one moment. What was queued either waits or has left by one of two ways.
SELECT
    waiting.pending,
    waiting.pending_bytes,
    (SELECT queued_at FROM lunogram_outbox.entries ORDER BY sequence LIMIT 1) AS oldest_at,
    (SELECT count(*) FROM lunogram_outbox.dead_letters) AS dead,
    (waiting.pending + counted.delivered + counted.died)::bigint AS queued,
    counted.delivered::bigint,
    counted.died::bigint,
    counted.refused::bigint,
    counted.dropped::bigint
FROM
    (
        SELECT count(*) AS pending, coalesce(sum(octet_length(body)), 0)::bigint AS pending_bytes
        FROM lunogram_outbox.entries
    ) AS waiting,
    (
        SELECT sum(delivered) AS delivered, sum(died) AS died, sum(refused) AS refused,
            sum(dropped) AS dropped
        FROM lunogram_outbox.counters
    ) AS counted

-- name: newest
-- The last place that was given out.
SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM lunogram_outbox.entries_sequence_seq

-- name: waits
-- Whether anything waits at or before a place.
SELECT EXISTS (SELECT FROM lunogram_outbox.entries WHERE sequence <= %(up_to)s)

-- name: pending
-- What waits behind a place, in order; all of it, if there is no limit.
SELECT sequence, call, body, queued_at, attempts, deaths
FROM lunogram_outbox.entries
WHERE sequence > %(after)s
ORDER BY sequence
LIMIT %(limit)s
