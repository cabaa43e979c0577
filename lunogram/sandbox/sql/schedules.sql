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

-- name: schedule_by_name
-- The schedule that an upsert without an id replaces.
SELECT id FROM schedules
WHERE subject_id = :subject_id AND name = :name
ORDER BY created_at, id

-- name: owner_of_schedule
-- Whose schedule an id is.
SELECT subject_id FROM schedules WHERE project_id = :project_id AND id = :id

-- name: delete_schedules
-- All of a name.
DELETE FROM schedules WHERE subject_id = :subject_id AND name = :name
