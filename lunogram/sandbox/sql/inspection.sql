-- The test API. Rows that belong to a subject come with the identifiers of the subject.
-- A filter that is NULL matches everything; all lists are in the order of creation.

-- name: inspect_subjects
-- `search` is any part of an identifier, an email, a phone, a name or the data.
SELECT id FROM subjects
WHERE project_id = :project_id AND kind = :kind
  AND (:search IS NULL
    OR instr(lower(ifnull(email, '') || ' ' || ifnull(phone, '') || ' ' || ifnull(name, '')
        || ' ' || data), lower(:search))
    OR EXISTS (
        SELECT 1 FROM identifiers
        WHERE subject_id = subjects.id AND instr(lower(external_id), lower(:search))
    ))
ORDER BY number

-- name: inspect_members
-- Who belongs to which organization, and as what.
SELECT members.organization_id, organizations.identifier AS organization_identifier,
    members.user_id, users.identifier AS user_identifier,
    data, version, created_at, updated_at
FROM members
JOIN named AS organizations ON organizations.subject_id = members.organization_id
JOIN named AS users ON users.subject_id = members.user_id
WHERE project_id = :project_id
  AND (:organization_id IS NULL OR members.organization_id = :organization_id)
  AND (:user_id IS NULL OR members.user_id = :user_id)
ORDER BY created_at, members.organization_id, members.user_id

-- name: inspect_events
-- `after` is the number of the last event one knows.
SELECT events.number, events.id, events.name, events.data, cause, cause_id,
    user_id, organization_id, identifier, member_id, events.created_at
FROM events
JOIN named USING (subject_id)
WHERE project_id = :project_id AND events.number > :after
  AND (:subject_id IS NULL OR subject_id = :subject_id)
  AND (:kind IS NULL OR named.kind = :kind)
  AND (:name IS NULL OR events.name = :name)
  AND (:cause IS NULL OR cause = :cause)
ORDER BY events.number

-- name: inspect_schedules
-- Schedules with their next times.
SELECT schedules.id, schedules.name, user_id, organization_id, identifier,
    scheduled_at, start_at, interval, occurrence, next_at, schedules.data,
    schedules.created_at, schedules.updated_at
FROM schedules
JOIN named USING (subject_id)
WHERE project_id = :project_id
  AND (:subject_id IS NULL OR subject_id = :subject_id)
  AND (:kind IS NULL OR named.kind = :kind)
  AND (:name IS NULL OR schedules.name = :name)
ORDER BY schedules.created_at, schedules.name

-- name: inspect_inbox
-- Everything, shown or not.
SELECT id, user_id, organization_id, identifier, id_source, external_id, channel,
    sender_identity_id, campaign_id, broadcast_id, content, data, tags, priority, source,
    scheduled_at, expires_at, read_at, archived_at, sent_at, created_at, updated_at
FROM messages
JOIN named USING (subject_id)
WHERE project_id = :project_id
  AND (:subject_id IS NULL OR subject_id = :subject_id)
  AND (:kind IS NULL OR named.kind = :kind)
ORDER BY number

-- name: inspect_devices
-- Devices with how to reach them.
SELECT id, user_id, identifier, device_id, os, os_version, model, app_version, data, config,
    created_at, updated_at
FROM devices
JOIN named USING (user_id)
WHERE project_id = :project_id
  AND (:user_id IS NULL OR user_id = :user_id)
ORDER BY created_at, device_id
