-- name: bury
-- Move an entry to the dead letters, if it still waits. It keeps its sequence number, unless a dead
-- letter has the same: they begin again when the table of entries is truncated.
WITH gone_entry AS (
    DELETE FROM lunogram_outbox.entries WHERE sequence = %(sequence)s
    RETURNING sequence, partition, call, body, queued_at, operation
), gone_parked AS (
    DELETE FROM lunogram_outbox.parked WHERE sequence = %(sequence)s
    RETURNING sequence, partition, call, body, queued_at, operation
), gone AS (
    SELECT * FROM gone_entry UNION ALL SELECT * FROM gone_parked LIMIT 1
), buried AS (
    INSERT INTO lunogram_outbox.dead_letters (
        sequence, partition, call, body, queued_at, operation,
        attempts, crashes, status, problem, died_at
    )
    SELECT
        CASE WHEN EXISTS (SELECT FROM lunogram_outbox.dead_letters WHERE sequence = %(sequence)s)
            THEN (SELECT max(sequence) + 1 FROM lunogram_outbox.dead_letters)
            ELSE sequence END,
        partition, call, body, queued_at, operation,
        %(attempts)s, %(crashes)s, %(status)s::smallint, %(problem)s::json, %(died_at)s
    FROM gone
)
UPDATE lunogram_outbox.counters SET died = died + (SELECT count(*) FROM gone)
WHERE slot = pg_backend_pid() %% 16

-- name: dead_letters
-- The dead letters after a sequence number, in order; all of them if there is no limit.
SELECT
    sequence, partition, call, body, queued_at, attempts, crashes, operation,
    status, problem, died_at
FROM lunogram_outbox.dead_letters
WHERE sequence > %(after)s
ORDER BY sequence
LIMIT %(limit)s

-- name: retry
-- Queue dead letters again, these or all, with the time at which they were queued first.
WITH back AS (
    DELETE FROM lunogram_outbox.dead_letters
    WHERE %(sequences)s::bigint[] IS NULL OR sequence = ANY(%(sequences)s)
    RETURNING sequence, partition, call, body, queued_at, operation
), queued AS (
    INSERT INTO lunogram_outbox.entries (partition, call, body, queued_at, operation)
    SELECT partition, call, body, queued_at, operation FROM back ORDER BY sequence
)
SELECT count(*) FROM back

-- name: drop
-- Delete dead letters, these or all, and count them.
WITH gone AS (
    DELETE FROM lunogram_outbox.dead_letters
    WHERE %(sequences)s::bigint[] IS NULL OR sequence = ANY(%(sequences)s)
    RETURNING sequence
), counted AS (
    UPDATE lunogram_outbox.counters SET dropped = dropped + (SELECT count(*) FROM gone)
    WHERE slot = pg_backend_pid() %% 16
)
SELECT count(*) FROM gone
