-- name: insert_lost
-- Something that the platform accepts and drops.
INSERT INTO lost
    (project_id, kind, what, name, identifier, data, schedule, reason, until, created_at)
VALUES
    (:project_id, :kind, :what, :name, :identifier, :data, :schedule, :reason, :until, :now)
RETURNING number

-- name: insert_waiting
-- An identifier that it waits for.
INSERT INTO waiting (project_id, source, external_id, lost_number)
VALUES (:project_id, :source, :external_id, :lost_number)
ON CONFLICT DO NOTHING

-- name: waiting
-- What waits for the user of an identifier.
SELECT number, what, name, identifier, data, schedule
FROM waiting
JOIN lost ON number = lost_number
WHERE waiting.project_id = :project_id AND source = :source AND external_id = :external_id
  AND until > :now

-- name: delete_lost
-- It was delivered after all.
DELETE FROM lost WHERE number = :number

-- name: inspect_lost
-- `waits` is whether a user who is upserted now still gets it.
SELECT number, what, kind, name, identifier, data, reason,
    until IS NOT NULL AND until > :now AS waits, created_at
FROM lost
WHERE project_id = :project_id AND number > :after
  AND (:kind IS NULL OR kind = :kind)
  AND (:name IS NULL OR name = :name)
ORDER BY number

-- name: page_lost
-- For the page: newest first. It computes itself whether something still waits.
SELECT number, what, kind, substr(name, 1, 300) AS name, identifier,
    substr(data, 1, 8192) AS data, length(data) AS data_size, reason, until, created_at
FROM lost
WHERE project_id = :project_id AND number < :before
ORDER BY number DESC

-- name: page_lost_since
-- For the stream: oldest first.
SELECT number, what, kind, substr(name, 1, 300) AS name, identifier,
    substr(data, 1, 8192) AS data, length(data) AS data_size, reason, until, created_at
FROM lost
WHERE project_id = :project_id AND number > :after
ORDER BY number

-- name: page_last_lost
-- The number of the last one.
SELECT number FROM lost WHERE project_id = :project_id ORDER BY number DESC LIMIT 1
