-- The test API: everything, in the order in which it came. A filter that is NULL lets everything
-- through; `number` is a person's.

-- name: cio_inspect_people
-- With the manual segments that they are in.
SELECT cio_id, id, email, attributes, created_at, updated_at,
    (
        SELECT json_group_array(segment_id) FROM cio_segments WHERE person_number = cio_people.number
    ) AS segments
FROM cio_people
WHERE project_id = :project_id AND (:number IS NULL OR cio_people.number = :number)
ORDER BY number

-- name: cio_inspect_events
-- Those without a person included.
SELECT cio_events.number, event_id AS id, type, name, data, anonymous_id, timestamp, person,
    created_at
FROM cio_events
LEFT JOIN cio_named USING (person_number)
WHERE project_id = :project_id
  AND (:number IS NULL OR person_number = :number) AND (:name IS NULL OR name = :name)
ORDER BY cio_events.number

-- name: cio_inspect_devices
-- Devices with whose they are.
SELECT device_id AS id, platform, last_used, attributes, person, created_at, updated_at
FROM cio_devices
JOIN cio_named USING (person_number)
WHERE project_id = :project_id AND (:number IS NULL OR person_number = :number)
ORDER BY created_at, device_id

-- name: cio_inspect_deliveries
-- What was sent, as it was asked for; `name` is a kind.
SELECT cio_deliveries.number, delivery_id, kind, request, queued_at, person, created_at
FROM cio_deliveries
LEFT JOIN cio_named USING (person_number)
WHERE project_id = :project_id
  AND (:number IS NULL OR person_number = :number) AND (:name IS NULL OR kind = :name)
ORDER BY cio_deliveries.number

-- name: cio_inspect_broadcasts
-- What was triggered, as it was asked for.
SELECT number, broadcast_id, trigger_id, request, created_at FROM cio_broadcasts
WHERE project_id = :project_id
ORDER BY number

-- name: cio_inspect_collections
-- With their items, or where they are.
SELECT number AS id, name, data, url, created_at, updated_at FROM cio_collections
WHERE project_id = :project_id AND (:name IS NULL OR name = :name)
ORDER BY number

-- name: cio_inspect_suppressed
-- Suppressed identifiers.
SELECT field, value, created_at FROM cio_suppressed
WHERE project_id = :project_id
ORDER BY created_at, field, value
