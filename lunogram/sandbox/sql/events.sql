-- name: insert_event
-- One event of one subject.
INSERT INTO events
    (id, project_id, subject_id, member_id, name, data, cause, cause_id, created_at)
VALUES
    (:id, :project_id, :subject_id, :member_id, :name, :data, :cause, :cause_id, :now)

-- name: last_event
-- The number of a project's last event.
SELECT number FROM events WHERE project_id = :project_id ORDER BY number DESC LIMIT 1

-- name: insert_broadcast
-- An event for all that match, and how many did.
INSERT INTO broadcasts (id, project_id, kind, name, match, data, matched, created_at)
VALUES (:id, :project_id, :kind, :name, :match, :data, :matched, :now)
