-- name: cio_insert_event
-- One that has an id and came before is dropped.
INSERT INTO cio_events
    (project_id, person_number, event_id, type, name, data, anonymous_id, timestamp, created_at)
VALUES
    (:project_id, :person_number, :event_id, :type, :name, :data, :anonymous_id, :timestamp, :now)
ON CONFLICT (project_id, event_id) DO NOTHING

-- name: cio_adopt_events
-- What an anonymous visitor did becomes the person's, unless it is too long ago.
UPDATE cio_events SET person_number = :number
WHERE project_id = :project_id AND anonymous_id = :anonymous_id AND person_number IS NULL
  AND timestamp >= :since

-- name: cio_upsert_device
-- A device that is there already keeps what is not given anew.
INSERT INTO cio_devices
    (person_number, device_id, project_id, platform, last_used, attributes, created_at,
     updated_at)
VALUES (:number, :device_id, :project_id, :platform, :last_used, :attributes, :now, :now)
ON CONFLICT (person_number, device_id) DO UPDATE SET
    platform = excluded.platform, last_used = coalesce(excluded.last_used, last_used),
    attributes = json_patch(attributes, excluded.attributes), updated_at = excluded.updated_at

-- name: cio_delete_device
-- One device of a person.
DELETE FROM cio_devices WHERE person_number = :number AND device_id = :device_id

-- name: cio_add_to_segment
-- Once is enough.
INSERT INTO cio_segments (project_id, segment_id, person_number, created_at)
VALUES (:project_id, :segment_id, :number, :now)
ON CONFLICT DO NOTHING

-- name: cio_remove_from_segment
-- One person from one segment.
DELETE FROM cio_segments
WHERE project_id = :project_id AND segment_id = :segment_id AND person_number = :number

-- name: cio_move_events
-- In a merge, the primary takes them over.
UPDATE cio_events SET person_number = :primary WHERE person_number = :secondary

-- name: cio_move_devices
-- In a merge; of a device that both have, the primary's stays.
UPDATE OR IGNORE cio_devices SET person_number = :primary WHERE person_number = :secondary

-- name: cio_move_segments
-- In a merge, the primary joins those of the secondary.
UPDATE OR IGNORE cio_segments SET person_number = :primary WHERE person_number = :secondary

-- name: cio_move_deliveries
-- In a merge, the history of what was sent.
UPDATE cio_deliveries SET person_number = :primary WHERE person_number = :secondary
