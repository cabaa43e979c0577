-- name: insert_schedule
-- A new schedule.
INSERT INTO schedules
    (id, project_id, subject_id, name, scheduled_at, start_at, interval, anchor_at, occurrence,
     next_at, data, created_at, updated_at)
VALUES
    (:id, :project_id, :subject_id, :name, :scheduled_at, :start_at, :interval, :anchor_at,
     :occurrence, :next_at, :data, :now, :now)

-- name: update_schedule
-- An upsert replaces everything but the owner.
UPDATE schedules SET
    name = :name, scheduled_at = :scheduled_at, start_at = :start_at, interval = :interval,
    anchor_at = :anchor_at, occurrence = :occurrence, next_at = :next_at, data = :data,
    updated_at = :now
WHERE project_id = :project_id AND id = :id

-- name: define_schedule
-- A name used for the first time in a project.
INSERT INTO schedule_definitions (project_id, name, id) VALUES (:project_id, :name, :id)
ON CONFLICT (project_id, name) DO NOTHING

-- name: schedule_definition
-- What the schedules of a name are instances of.
SELECT id FROM schedule_definitions WHERE project_id = :project_id AND name = :name

-- name: schedule_by_name
-- The schedule that an upsert without an id replaces.
SELECT id, subject_id, name, scheduled_at, start_at, interval FROM schedules
WHERE subject_id = :subject_id AND name = :name
ORDER BY created_at, id

-- name: schedule
-- The schedule of an id.
SELECT id, subject_id, name, scheduled_at, start_at, interval FROM schedules
WHERE project_id = :project_id AND id = :id

-- name: delete_schedules
-- All of a name.
DELETE FROM schedules WHERE subject_id = :subject_id AND name = :name

-- name: delete_schedule
-- One of a subject.
DELETE FROM schedules WHERE subject_id = :subject_id AND id = :id
