-- name: look
-- What a relay has to know before it writes anything.
SELECT
    NOT EXISTS (
        SELECT FROM lunogram_outbox.relays
        WHERE owner = %(owner)s AND expires_at BETWEEN
            clock_timestamp() + %(seconds)s * interval '2 seconds' / 3
            AND clock_timestamp() + %(seconds)s * interval '1 second'
    ) AS is_due,
    ARRAY(
        SELECT owner FROM lunogram_outbox.relays
        WHERE owner <> %(owner)s AND expires_at > clock_timestamp()
    ) AS others,
    EXISTS (
        SELECT FROM lunogram_outbox.relays
        WHERE owner <> %(owner)s AND expires_at <= clock_timestamp()
    ) AS some_ran_out,
    ARRAY(SELECT lane FROM lunogram_outbox.lanes WHERE owner = %(owner)s) AS lanes,
    EXISTS (SELECT FROM lunogram_outbox.lanes WHERE owner IS NULL) AS some_are_free,
    EXISTS (
        SELECT FROM lunogram_outbox.lanes CROSS JOIN LATERAL (
            SELECT FROM lunogram_outbox.entries
            WHERE entries.lane = lanes.lane AND taken_by IS NULL
            LIMIT 1
        ) AS head
        WHERE lanes.owner = %(owner)s
    ) AS some_wait

-- name: register
-- A relay is here, for some time. Nobody can take its lanes before this transaction ends.
INSERT INTO lunogram_outbox.relays (owner, expires_at)
VALUES (%(owner)s, clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at

-- name: bury_relays
-- Relays whose lease ran out, or who are known to be gone. Their lanes are free now.
DELETE FROM lunogram_outbox.relays
WHERE owner IN (
    SELECT owner FROM lunogram_outbox.relays
    WHERE owner <> %(owner)s AND (expires_at <= clock_timestamp() OR owner = ANY(%(gone)s))
    FOR UPDATE SKIP LOCKED
)
RETURNING owner

-- name: count_deaths
-- Relays have ended while they had these in their hands.
UPDATE lunogram_outbox.entries SET taken_by = NULL, attempts = attempts + 1, deaths = deaths + 1
WHERE taken_by = ANY(%(owners)s)

-- name: division
-- The lanes of a relay, and how many relays there are.
SELECT
    ARRAY(SELECT lane FROM lunogram_outbox.lanes WHERE owner = %(owner)s),
    (SELECT count(*) FROM lunogram_outbox.relays WHERE expires_at > clock_timestamp())

-- name: take_lanes
-- A relay takes lanes that are nobody's, those in which something waits before others.
WITH free AS MATERIALIZED (
    SELECT lane FROM lunogram_outbox.lanes
    WHERE owner IS NULL
    ORDER BY EXISTS (
        SELECT FROM lunogram_outbox.entries
        WHERE entries.lane = lanes.lane AND taken_by IS NULL
    ) DESC, lane
    LIMIT %(count)s
    FOR UPDATE SKIP LOCKED
)
UPDATE lunogram_outbox.lanes SET owner = %(owner)s
FROM free
WHERE lanes.lane = free.lane
RETURNING lanes.lane

-- name: give_lanes
-- A relay gives lanes back, but for those of which it has something in its hands.
UPDATE lunogram_outbox.lanes SET owner = NULL
WHERE owner = %(owner)s AND lane = ANY(%(lanes)s) AND NOT EXISTS (
    SELECT FROM lunogram_outbox.entries
    WHERE taken_by = %(owner)s AND entries.lane = lanes.lane
)
RETURNING lane

-- name: free_entries
-- What nobody has in hand, in order, as far as it goes into some bytes, and not more than a number
-- of each lane. What is in the other lanes is not even looked at.
SELECT sequence, call, body, queued_at, attempts, deaths
FROM (
    SELECT *, sum(octet_length(body)) OVER (
        ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS bytes_before
    FROM (
        SELECT head.*
        FROM unnest(%(lanes)s::smallint[]) AS mine (lane) CROSS JOIN LATERAL (
            SELECT * FROM lunogram_outbox.entries
            WHERE entries.lane = mine.lane AND taken_by IS NULL
            ORDER BY sequence
            LIMIT %(each)s
        ) AS head
        ORDER BY sequence
        LIMIT %(limit)s
    ) AS heads
) AS measured
WHERE coalesce(bytes_before, 0) <= %(bytes)s
ORDER BY sequence

-- name: take_entries
-- A relay has these in its hands from now on, if they are still there.
UPDATE lunogram_outbox.entries SET taken_by = %(owner)s
WHERE sequence = ANY(%(sequences)s)
RETURNING sequence

-- name: undo
-- What a relay never heard that it was given.
WITH given_back AS (
    UPDATE lunogram_outbox.lanes SET owner = NULL
    WHERE owner = %(owner)s AND lane = ANY(%(lanes)s)
)
UPDATE lunogram_outbox.entries SET taken_by = NULL
WHERE taken_by = %(owner)s AND sequence = ANY(%(sequences)s)

-- name: release
-- A relay is gone, and leaves no mark.
WITH gone AS (
    DELETE FROM lunogram_outbox.relays WHERE owner = %(owner)s
)
UPDATE lunogram_outbox.entries SET taken_by = NULL WHERE taken_by = %(owner)s

-- name: count_attempts
-- These were sent, and have not arrived.
UPDATE lunogram_outbox.entries SET attempts = attempts + 1 WHERE sequence = ANY(%(sequences)s)

-- name: deliver
-- These have arrived.
WITH gone AS (
    DELETE FROM lunogram_outbox.entries WHERE sequence = ANY(%(sequences)s) RETURNING sequence
)
UPDATE lunogram_outbox.counters SET delivered = delivered + (SELECT count(*) FROM gone)
WHERE slot = pg_backend_pid() %% 16
