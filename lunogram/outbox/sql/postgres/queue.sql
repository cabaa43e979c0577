-- name: insert_entries
-- Queue entries, all or none: none if the tables were emptied, since no relay would take them. Arrays
-- are sent in binary (b), which is five times as fast.
INSERT INTO lunogram_outbox.entries (partition, call, body, queued_at, operation)
SELECT * FROM unnest(
    %(partitions)b::smallint[], %(calls)b::json[], %(bodies)b::bytea[],
    %(times)b::double precision[], %(operations)b::json[]
)
WHERE EXISTS (SELECT FROM lunogram_outbox.version)

-- name: backlog
-- The number of entries, and the bytes of their bodies.
SELECT count(*), coalesce(sum(octet_length(body)), 0)::bigint
FROM (
    SELECT body FROM lunogram_outbox.entries UNION ALL SELECT body FROM lunogram_outbox.parked
) AS waiting

-- name: count_refused
-- Count entries that were not queued because the outbox was full.
UPDATE lunogram_outbox.counters SET refused = refused + %(entries)s
WHERE slot = pg_backend_pid() %% 16

-- name: lock_checkpoint
-- Others who read or write the checkpoint of this name wait until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('lunogram_outbox.checkpoints' || %(name)s, 0))

-- name: checkpoint
-- The value of a checkpoint.
SELECT value FROM lunogram_outbox.checkpoints WHERE name = %(name)s

-- name: set_checkpoint
-- Write a checkpoint.
INSERT INTO lunogram_outbox.checkpoints (name, value) VALUES (%(name)s, %(value)s)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: delete_checkpoint
-- Remove a checkpoint.
DELETE FROM lunogram_outbox.checkpoints WHERE name = %(name)s

-- name: stats
-- All numbers of one moment. An entry that was queued waits, was delivered, or became a dead letter.
SELECT
    waiting.pending,
    waiting.pending_bytes,
    (
        SELECT queued_at FROM (
            (SELECT sequence, queued_at FROM lunogram_outbox.entries ORDER BY sequence LIMIT 1)
            UNION ALL
            (SELECT sequence, queued_at FROM lunogram_outbox.parked ORDER BY sequence LIMIT 1)
        ) AS heads
        ORDER BY sequence LIMIT 1
    ) AS oldest_at,
    (SELECT count(*) FROM lunogram_outbox.dead_letters) AS dead,
    (waiting.pending + counted.delivered + counted.died)::bigint AS queued,
    counted.delivered::bigint,
    counted.died::bigint,
    counted.refused::bigint,
    counted.dropped::bigint,
    (SELECT count(*) FROM lunogram_outbox.parked) AS parked,
    counted.slots = 16 AS are_whole
FROM
    (
        SELECT count(*) AS pending, coalesce(sum(octet_length(body)), 0)::bigint AS pending_bytes
        FROM (
            SELECT body FROM lunogram_outbox.entries
            UNION ALL SELECT body FROM lunogram_outbox.parked
        ) AS bodies
    ) AS waiting,
    (
        SELECT sum(delivered) AS delivered, sum(died) AS died, sum(refused) AS refused,
            sum(dropped) AS dropped, count(*) AS slots
        FROM lunogram_outbox.counters
    ) AS counted

-- name: newest
-- The last sequence number that was assigned.
SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM lunogram_outbox.entries_sequence_seq

-- name: waits
-- Whether an entry waits up to a sequence number.
SELECT EXISTS (SELECT FROM lunogram_outbox.entries WHERE sequence <= %(up_to)s)
    OR EXISTS (SELECT FROM lunogram_outbox.parked WHERE sequence <= %(up_to)s)

-- name: pending
-- The entries after a sequence number, in order; all of them if there is no limit.
SELECT * FROM (
    (
        SELECT sequence, partition, call, body, queued_at, attempts, crashes, operation
        FROM lunogram_outbox.entries WHERE sequence > %(after)s
        ORDER BY sequence LIMIT %(limit)s
    ) UNION ALL (
        SELECT sequence, partition, call, body, queued_at, attempts, crashes, operation
        FROM lunogram_outbox.parked WHERE sequence > %(after)s
        ORDER BY sequence LIMIT %(limit)s
    )
) AS waiting
ORDER BY sequence
LIMIT %(limit)s
