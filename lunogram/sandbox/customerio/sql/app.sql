-- name: cio_insert_delivery
-- A transactional message, which goes nowhere but here.
INSERT INTO cio_deliveries
    (project_id, delivery_id, kind, person_number, request, queued_at, created_at)
VALUES (:project_id, :delivery_id, :kind, :number, :request, :queued_at, :now)

-- name: cio_insert_broadcast
-- A broadcast that was triggered, and how often that happened by then.
INSERT INTO cio_broadcasts (project_id, broadcast_id, trigger_id, request, created_at)
SELECT :project_id, :broadcast_id, count(*) + 1, :request, :now FROM cio_broadcasts
WHERE project_id = :project_id AND broadcast_id = :broadcast_id

-- name: cio_last_trigger
-- The last time that a broadcast was triggered.
SELECT max(trigger_id) AS id FROM cio_broadcasts
WHERE project_id = :project_id AND broadcast_id = :broadcast_id

-- name: cio_insert_collection
-- A new collection.
INSERT INTO cio_collections (project_id, name, data, url, created_at, updated_at)
VALUES (:project_id, :name, :data, :url, :now, :now)

-- name: cio_last_collection
-- The one that was made last.
SELECT max(number) AS number FROM cio_collections WHERE project_id = :project_id

-- name: cio_update_collection
-- The new contents take the place of the old ones.
UPDATE cio_collections SET name = :name, data = :data, url = :url, updated_at = :now
WHERE project_id = :project_id AND number = :number

-- name: cio_collection
-- One, for the response: `rows` and `schema` are those of its items.
SELECT number AS id, name, CAST(strftime('%s', created_at) AS INTEGER) AS created_at,
    CAST(strftime('%s', updated_at) AS INTEGER) AS updated_at,
    coalesce(json_array_length(data), 0) AS rows, coalesce(length(CAST(data AS BLOB)), 0) AS bytes,
    (
        SELECT json_group_array(DISTINCT keys.key)
        FROM json_each(coalesce(data, '[]')) AS items, json_each(items.value) AS keys
    ) AS schema
FROM cio_collections
WHERE project_id = :project_id AND number = :number
