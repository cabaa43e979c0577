-- name: look
-- The facts by which a relay decides whether to write anything. No lease lasts for 30 days: one that
-- seems to was written by another program, or before the clock was set back.
SELECT
    NOT EXISTS (
        SELECT FROM lunogram_outbox.relays
        WHERE owner = %(owner)s AND expires_at BETWEEN
            clock_timestamp() + %(seconds)s * interval '2 seconds' / 3
            AND clock_timestamp() + %(seconds)s * interval '1 second'
    ) AS is_due,
    ARRAY(
        SELECT owner FROM lunogram_outbox.relays
        WHERE owner <> %(owner)s AND expires_at
            BETWEEN clock_timestamp() AND clock_timestamp() + interval '30 days'
    ) AS others,
    EXISTS (
        SELECT FROM lunogram_outbox.relays
        WHERE owner <> %(owner)s AND expires_at NOT
            BETWEEN clock_timestamp() AND clock_timestamp() + interval '30 days'
    ) AS some_ran_out,
    ARRAY(SELECT partition FROM lunogram_outbox.partitions WHERE owner = %(owner)s) AS partitions,
    EXISTS (SELECT FROM lunogram_outbox.partitions WHERE owner IS NULL) AS some_are_free,
    EXISTS (
        SELECT FROM lunogram_outbox.partitions CROSS JOIN LATERAL (
            SELECT FROM lunogram_outbox.entries
            WHERE entries.partition = partitions.partition AND taken_by IS NULL
            LIMIT 1
        ) AS head
        WHERE partitions.owner = %(owner)s
    ) OR EXISTS (
        SELECT FROM lunogram_outbox.partitions WHERE partition = 0 AND owner = %(owner)s
    ) AND (
        EXISTS (SELECT FROM lunogram_outbox.entries WHERE partition < 0 AND taken_by IS NULL)
        OR EXISTS (SELECT FROM lunogram_outbox.entries WHERE partition > 63 AND taken_by IS NULL)
    ) AS some_wait,
    (SELECT count(*) FROM lunogram_outbox.partitions WHERE partition BETWEEN 0 AND 63) = 64 AS are_whole

-- name: register
-- Renew the lease of a relay. No other relay can take its partitions before this transaction ends.
INSERT INTO lunogram_outbox.relays (owner, expires_at)
VALUES (%(owner)s, clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at

-- name: delete_ended_relays
-- Delete relays whose lease has expired, or whose process has ended. Their partitions become free.
DELETE FROM lunogram_outbox.relays
WHERE owner IN (
    SELECT owner FROM lunogram_outbox.relays
    WHERE owner <> %(owner)s AND (owner = ANY(%(gone)s) OR expires_at NOT
        BETWEEN clock_timestamp() AND clock_timestamp() + interval '30 days')
    FOR UPDATE SKIP LOCKED
)
RETURNING owner

-- name: count_crashes
-- Count a crash for the entries that ended relays had leased.
UPDATE lunogram_outbox.entries SET taken_by = NULL, attempts = attempts + 1, crashes = crashes + 1
WHERE taken_by = ANY(%(owners)s)

-- name: division
-- The partitions of a relay, and the number of relays.
SELECT
    ARRAY(SELECT partition FROM lunogram_outbox.partitions WHERE owner = %(owner)s),
    (
        SELECT count(*) FROM lunogram_outbox.relays WHERE expires_at
            BETWEEN clock_timestamp() AND clock_timestamp() + interval '30 days'
    )

-- name: take_partitions
-- Lease free partitions to a relay, those in which entries wait before others.
WITH free AS MATERIALIZED (
    SELECT partition FROM lunogram_outbox.partitions
    WHERE owner IS NULL
    ORDER BY EXISTS (
        SELECT FROM lunogram_outbox.entries
        WHERE entries.partition = partitions.partition AND taken_by IS NULL
    ) DESC, partition
    LIMIT %(count)s
    FOR UPDATE SKIP LOCKED
)
UPDATE lunogram_outbox.partitions SET owner = %(owner)s
FROM free
WHERE partitions.partition = free.partition
RETURNING partitions.partition

-- name: give_partitions
-- Give partitions of a relay back, except those of which it has leased entries.
UPDATE lunogram_outbox.partitions SET owner = NULL
WHERE owner = %(owner)s AND partition = ANY(%(partitions)s) AND NOT EXISTS (
    SELECT FROM lunogram_outbox.entries
    WHERE taken_by = %(owner)s AND entries.partition = partitions.partition
) AND NOT EXISTS (
    SELECT FROM lunogram_outbox.parked
    WHERE taken_by = %(owner)s AND parked.partition = partitions.partition
)
RETURNING partition

-- name: free_entries
-- The entries that are not leased, in order, up to a number of bytes and a number for each partition.
-- Entries of other partitions are not read.
SELECT sequence, partition, call, body, queued_at, attempts, crashes, operation
FROM (
    SELECT *, sum(octet_length(body)) OVER (
        ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS bytes_before
    FROM (
        SELECT head.*
        FROM unnest(%(partitions)s::smallint[]) AS mine (partition) CROSS JOIN LATERAL (
            SELECT * FROM lunogram_outbox.entries
            WHERE entries.partition = mine.partition AND taken_by IS NULL
            ORDER BY sequence
            LIMIT %(each)s
        ) AS head
        ORDER BY sequence
        LIMIT %(limit)s
    ) AS heads
) AS measured
WHERE coalesce(bytes_before, 0) <= %(bytes)s
ORDER BY sequence

-- name: strays
-- Entries that other programs have put into partitions that do not exist, some at a time.
(
    SELECT sequence, partition, call, body, queued_at, attempts, crashes, operation
    FROM lunogram_outbox.entries WHERE partition < 0 AND taken_by IS NULL LIMIT 50
) UNION ALL (
    SELECT sequence, partition, call, body, queued_at, attempts, crashes, operation
    FROM lunogram_outbox.entries WHERE partition > 63 AND taken_by IS NULL LIMIT 50
)

-- name: take_entries
-- Lease entries to a relay, those that still wait.
UPDATE lunogram_outbox.entries SET taken_by = %(owner)s
WHERE sequence = ANY(%(sequences)s)
RETURNING sequence

-- name: undo
-- Give back what a relay was given in a transaction of which it got no response.
WITH given_back AS (
    UPDATE lunogram_outbox.partitions SET owner = NULL
    WHERE owner = %(owner)s AND partition = ANY(%(partitions)s)
)
UPDATE lunogram_outbox.entries SET taken_by = NULL
WHERE taken_by = %(owner)s AND sequence = ANY(%(sequences)s)

-- name: release
-- Delete a relay, and give back what it has leased.
WITH gone AS (
    DELETE FROM lunogram_outbox.relays WHERE owner = %(owner)s
), given_back AS (
    UPDATE lunogram_outbox.parked SET taken_by = NULL WHERE taken_by = %(owner)s
)
UPDATE lunogram_outbox.entries SET taken_by = NULL WHERE taken_by = %(owner)s

-- name: count_attempts
-- Count an attempt for entries that were sent and not delivered.
UPDATE lunogram_outbox.entries SET attempts = attempts + 1 WHERE sequence = ANY(%(sequences)s)

-- name: deliver
-- Delete entries that were delivered.
WITH gone AS (
    DELETE FROM lunogram_outbox.entries WHERE sequence = ANY(%(sequences)s) RETURNING sequence
), gone_parked AS (
    DELETE FROM lunogram_outbox.parked WHERE sequence = ANY(%(sequences)s) RETURNING sequence
)
UPDATE lunogram_outbox.counters
SET delivered = delivered + (SELECT count(*) FROM gone) + (SELECT count(*) FROM gone_parked)
WHERE slot = pg_backend_pid() %% 16
