-- name: rows
-- All entries and dead letters, and in which lane each is.
SELECT 'entry', lane, sequence, call, body, queued_at, attempts, deaths
FROM lunogram_outbox.entries
UNION ALL
SELECT 'dead letter', lane, sequence, call, body, queued_at, attempts, deaths
FROM lunogram_outbox.dead_letters

-- name: lanes_there
-- The lanes that there are.
SELECT lane FROM lunogram_outbox.lanes

-- name: taken_by_nobody
-- Entries in the hands of relays that are not here: nobody would ever take them.
SELECT sequence FROM lunogram_outbox.entries
WHERE taken_by IS NOT NULL AND NOT EXISTS (
    SELECT FROM lunogram_outbox.relays WHERE owner = taken_by
)
ORDER BY sequence
