-- name: bury
-- One entry becomes a dead letter, if it is still there.
WITH gone AS (
    DELETE FROM lunogram_outbox.entries WHERE sequence = %(sequence)s
    RETURNING sequence, lane, call, body, queued_at
), buried AS (
    INSERT INTO lunogram_outbox.dead_letters
    SELECT gone.*, %(attempts)s, %(deaths)s, %(status)s::smallint, %(problem)s::json, %(died_at)s
    FROM gone
)
UPDATE lunogram_outbox.counters SET died = died + (SELECT count(*) FROM gone)
WHERE slot = pg_backend_pid() %% 16

-- name: dead_letters
-- Dead letters behind a place, in order; all of them, if there is no limit.
SELECT sequence, call, body, queued_at, attempts, deaths, status, problem, died_at
FROM lunogram_outbox.dead_letters
WHERE sequence > %(after)s
ORDER BY sequence
LIMIT %(limit)s

-- name: retry
-- Dead letters, these or all, as if they had just been queued; the time stays.
WITH back AS (
    DELETE FROM lunogram_outbox.dead_letters
    WHERE %(sequences)s::bigint[] IS NULL OR sequence = ANY(%(sequences)s)
    RETURNING sequence, lane, call, body, queued_at
), queued AS (
    INSERT INTO lunogram_outbox.entries (lane, call, body, queued_at)
    SELECT lane, call, body, queued_at FROM back ORDER BY sequence
)
SELECT count(*) FROM back

-- name: drop
-- Dead letters, these or all, are forgotten, and counted.
WITH gone AS (
    DELETE FROM lunogram_outbox.dead_letters
    WHERE %(sequences)s::bigint[] IS NULL OR sequence = ANY(%(sequences)s)
    RETURNING sequence
), counted AS (
    UPDATE lunogram_outbox.counters SET dropped = dropped + (SELECT count(*) FROM gone)
    WHERE slot = pg_backend_pid() %% 16
)
SELECT count(*) FROM gone
