-- name: park
-- Park an entry that still waits, or write another time of the retry.
WITH gone AS (
    DELETE FROM lunogram_outbox.entries WHERE sequence = %(sequence)s
    RETURNING sequence, partition, call, body, queued_at, operation
), again AS (
    UPDATE lunogram_outbox.parked
    SET attempts = %(attempts)s, crashes = %(crashes)s, status = %(status)s::smallint,
        problem = %(problem)s::json, parked_at = %(parked_at)s, retry_at = %(retry_at)s,
        taken_by = NULL
    WHERE sequence = %(sequence)s
)
INSERT INTO lunogram_outbox.parked (
    sequence, partition, call, body, queued_at, operation,
    attempts, crashes, status, problem, parked_at, retry_at
)
SELECT
    sequence, partition, call, body, queued_at, operation,
    %(attempts)s, %(crashes)s, %(status)s::smallint, %(problem)s::json, %(parked_at)s, %(retry_at)s
FROM gone
WHERE NOT EXISTS (SELECT FROM lunogram_outbox.parked WHERE sequence = %(sequence)s)

-- name: parked
-- The parked entries after a sequence number, in order; all of them if there is no limit.
SELECT
    sequence, partition, call, body, queued_at, attempts, crashes, operation,
    status, problem, parked_at, retry_at
FROM lunogram_outbox.parked
WHERE sequence > %(after)s
ORDER BY sequence
LIMIT %(limit)s

-- name: take_parked
-- Lease parked entries of its own partitions to a relay. Who had leased them before has ended.
UPDATE lunogram_outbox.parked SET
    taken_by = %(owner)s,
    attempts = attempts + (taken_by IS NOT NULL AND taken_by <> %(owner)s)::integer,
    crashes = crashes + (taken_by IS NOT NULL AND taken_by <> %(owner)s)::integer
WHERE sequence = ANY(%(sequences)s) AND partition IN (
    SELECT partition FROM lunogram_outbox.partitions WHERE owner = %(owner)s
)
RETURNING sequence, partition, call, body, queued_at, attempts, crashes, operation

-- name: count_attempts_of_parked
-- Count an attempt for entries that were sent and not delivered.
UPDATE lunogram_outbox.parked SET attempts = attempts + 1, taken_by = NULL
WHERE sequence = ANY(%(sequences)s)
