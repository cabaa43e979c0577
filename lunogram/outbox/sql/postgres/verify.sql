-- name: rows
-- All entries, parked entries and dead letters, with their partitions.
SELECT 'entry', sequence, partition, call, body, queued_at, attempts, crashes, operation
FROM lunogram_outbox.entries
UNION ALL
SELECT 'parked entry', sequence, partition, call, body, queued_at, attempts, crashes, operation
FROM lunogram_outbox.parked
UNION ALL
SELECT 'dead letter', sequence, partition, call, body, queued_at, attempts, crashes, operation
FROM lunogram_outbox.dead_letters

-- name: partitions
-- The partitions.
SELECT partition FROM lunogram_outbox.partitions

-- name: leased_to_nobody
-- Entries that are leased to relays that do not exist: no relay would ever take them.
SELECT sequence FROM lunogram_outbox.entries
WHERE taken_by IS NOT NULL AND NOT EXISTS (
    SELECT FROM lunogram_outbox.relays WHERE owner = taken_by
)
ORDER BY sequence
