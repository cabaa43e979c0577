-- name: next_of_projects
-- For each project, when the first of its schedules fires, or of its messages is sent.
SELECT project_id, min(next_at) AS next_at FROM (
    SELECT project_id, next_at FROM schedules WHERE next_at IS NOT NULL
    UNION ALL
    SELECT project_id, sends_at FROM messages WHERE sends_at IS NOT NULL
)
GROUP BY project_id

-- name: next_of_project
-- When the first of a project's schedules fires, or of its messages is sent.
SELECT min(next_at) AS next_at FROM (
    SELECT min(next_at) AS next_at FROM schedules
    WHERE project_id = :project_id AND next_at IS NOT NULL
    UNION ALL
    SELECT min(sends_at) FROM messages
    WHERE project_id = :project_id AND sends_at IS NOT NULL
)

-- name: due_schedules
-- What fires until then, in the order in which it does so for the first time.
SELECT id, subject_id, name, interval, anchor_at, occurrence, next_at, data, created_at,
    (
        SELECT id FROM schedule_definitions
        WHERE project_id = schedules.project_id AND name = schedules.name
    ) AS definition_id
FROM schedules
WHERE project_id = :project_id AND next_at <= :until
ORDER BY next_at, created_at, id

-- name: due_messages
-- The messages that are sent until then.
SELECT id, subject_id, channel, external_id, campaign_id, broadcast_id, sends_at FROM messages
WHERE project_id = :project_id AND sends_at <= :until
ORDER BY sends_at, number

-- name: messages_sent
-- They are sent only once.
UPDATE messages SET sends_at = NULL
WHERE project_id = :project_id AND sends_at <= :until

-- name: plan_next
-- A schedule has fired, and this is when it does so again.
UPDATE schedules SET occurrence = :occurrence, next_at = :next_at
WHERE project_id = :project_id AND id = :id
