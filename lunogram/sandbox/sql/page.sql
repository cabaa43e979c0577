-- The page. Lists are newest first, and go on before the number of the last row one knows. Text
-- is cut, so that no response grows without bound; `…_size` says how long it is. JSON stays text,
-- to be shown as it is kept.

-- name: page_projects
-- The projects in which something happened last. `recent` are those with calls, the last one
-- first: times can't tell, because every project has a clock of its own.
SELECT id, key, created_at,
    (SELECT count(*) FROM subjects WHERE project_id = latest.id AND kind = 'user') AS users,
    (SELECT count(*) FROM subjects WHERE project_id = latest.id AND kind = 'organization')
        AS organizations,
    (SELECT count(*) FROM events WHERE project_id = latest.id) AS events,
    coalesce((SELECT created_at FROM events WHERE number = latest.last_event), created_at)
        AS last_at
FROM (
    SELECT id, key, created_at,
        (SELECT max(number) FROM events WHERE project_id = projects.id) AS last_event,
        (SELECT key FROM json_each(:recent) WHERE value = projects.id) AS place
    FROM projects
    ORDER BY place IS NULL, place, last_event DESC, created_at DESC
    LIMIT :limit
) AS latest
ORDER BY place IS NULL, place, last_event DESC, created_at DESC

-- name: page_project
-- One project.
SELECT id, key FROM projects WHERE id = :id

-- name: page_counts
-- How much there is.
SELECT
    (SELECT count(*) FROM subjects WHERE project_id = :project_id AND kind = 'user') AS users,
    (SELECT count(*) FROM subjects WHERE project_id = :project_id AND kind = 'organization')
        AS organizations,
    (SELECT count(*) FROM events WHERE project_id = :project_id) AS events,
    (SELECT count(*) FROM broadcasts WHERE project_id = :project_id) AS broadcasts,
    (SELECT count(*) FROM schedules WHERE project_id = :project_id AND next_at IS NOT NULL)
        AS schedules,
    (SELECT count(*) FROM messages WHERE project_id = :project_id) AS messages,
    (SELECT count(*) FROM lost WHERE project_id = :project_id) AS lost

-- name: page_subjects
-- `search` is any part of an identifier, an email, a phone, a name or the data.
SELECT number, id, kind, substr(name, 1, 300) AS name, substr(email, 1, 300) AS email,
    substr(data, 1, 300) AS data, identifier, created_at, updated_at
FROM subjects
JOIN page_names ON page_names.subject_id = subjects.id
WHERE project_id = :project_id AND kind = :kind AND number < :before
  AND (:search IS NULL
    OR instr(lower(ifnull(email, '') || ' ' || ifnull(phone, '') || ' ' || ifnull(name, '')
        || ' ' || data), lower(:search))
    OR EXISTS (
        SELECT 1 FROM identifiers
        WHERE subject_id = subjects.id AND instr(lower(external_id), lower(:search))
    ))
ORDER BY number DESC

-- name: page_subject
-- One user or organization.
SELECT id, kind, substr(name, 1, 2000) AS name, substr(email, 1, 2000) AS email,
    substr(phone, 1, 100) AS phone, substr(timezone, 1, 200) AS timezone,
    substr(locale, 1, 200) AS locale, substr(data, 1, 65536) AS data, length(data) AS data_size,
    version, identifier, created_at, updated_at
FROM subjects
JOIN page_names ON page_names.subject_id = subjects.id
WHERE project_id = :project_id AND id = :id

-- name: page_link
-- What a link to a subject needs.
SELECT subject_id, kind, identifier
FROM subjects
JOIN page_names ON page_names.subject_id = subjects.id
WHERE id = :id

-- name: page_identifiers
-- All names of a subject, oldest first.
SELECT substr(source, 1, 300) AS source, substr(external_id, 1, 2000) AS external_id,
    substr(metadata, 1, 4096) AS metadata, length(metadata) AS metadata_size, created_at
FROM identifiers
WHERE subject_id = :id
ORDER BY number

-- name: page_memberships
-- The organizations of a user.
SELECT organization_id AS other_id, 'organization' AS other_kind, identifier,
    substr(data, 1, 4096) AS data, length(data) AS data_size, created_at, updated_at
FROM members
JOIN page_names ON page_names.subject_id = organization_id
WHERE user_id = :id
ORDER BY created_at

-- name: page_members
-- The users of an organization.
SELECT user_id AS other_id, 'user' AS other_kind, identifier,
    substr(data, 1, 4096) AS data, length(data) AS data_size, created_at, updated_at
FROM members
JOIN page_names ON page_names.subject_id = user_id
WHERE organization_id = :id
ORDER BY created_at

-- name: page_devices
-- Devices with how to reach them.
SELECT substr(device_id, 1, 1000) AS device_id, os, substr(os_version, 1, 300) AS os_version,
    substr(model, 1, 300) AS model, substr(app_version, 1, 300) AS app_version,
    substr(data, 1, 4096) AS data, length(data) AS data_size,
    substr(config, 1, 4096) AS config, length(config) AS config_size, created_at, updated_at
FROM devices
WHERE user_id = :id
ORDER BY created_at

-- name: page_inbox
-- Every message, shown or not, newest first.
SELECT id, substr(id_source, 1, 300) AS id_source, substr(external_id, 1, 1000) AS external_id,
    channel, priority, substr(source, 1, 300) AS source, substr(tags, 1, 2000) AS tags,
    substr(content, 1, 8192) AS content, length(content) AS content_size,
    substr(data, 1, 4096) AS data, length(data) AS data_size,
    scheduled_at, expires_at, read_at, archived_at, created_at
FROM messages
WHERE subject_id = :id
ORDER BY number DESC

-- name: page_schedules
-- Schedules with their next times: those that will fire first, first.
SELECT id, substr(name, 1, 1000) AS name, scheduled_at, start_at,
    substr(interval, 1, 300) AS interval, occurrence, next_at,
    substr(data, 1, 4096) AS data, length(data) AS data_size, created_at, updated_at
FROM schedules
WHERE subject_id = :id
ORDER BY next_at IS NULL, next_at, name

-- name: page_schedules_ahead
-- Of all subjects, with whose they are: those that fire next first.
SELECT id, substr(name, 1, 300) AS name, scheduled_at, start_at,
    substr(interval, 1, 300) AS interval, occurrence, next_at,
    substr(data, 1, 4096) AS data, length(data) AS data_size, subject_id, created_at,
    (SELECT kind FROM subjects WHERE id = schedules.subject_id) AS kind,
    (SELECT identifier FROM page_names WHERE subject_id = schedules.subject_id) AS identifier
FROM schedules
WHERE project_id = :project_id AND next_at IS NOT NULL
  AND (:search IS NULL OR instr(lower(name), lower(:search)) OR EXISTS (
      SELECT 1 FROM identifiers
      WHERE subject_id = schedules.subject_id AND instr(lower(external_id), lower(:search))
  ))
ORDER BY next_at

-- name: page_schedules_over
-- Those that fire no more, the newest first.
SELECT id, substr(name, 1, 300) AS name, scheduled_at, start_at,
    substr(interval, 1, 300) AS interval, occurrence, next_at,
    substr(data, 1, 4096) AS data, length(data) AS data_size, subject_id, created_at,
    (SELECT kind FROM subjects WHERE id = schedules.subject_id) AS kind,
    (SELECT identifier FROM page_names WHERE subject_id = schedules.subject_id) AS identifier
FROM schedules
WHERE project_id = :project_id AND next_at IS NULL
  AND (:search IS NULL OR instr(lower(name), lower(:search)) OR EXISTS (
      SELECT 1 FROM identifiers
      WHERE subject_id = schedules.subject_id AND instr(lower(external_id), lower(:search))
  ))
ORDER BY scheduled_at DESC

-- name: page_messages
-- Of all inboxes, with whose they are.
SELECT number, id, substr(id_source, 1, 300) AS id_source,
    substr(external_id, 1, 1000) AS external_id, channel, priority,
    substr(source, 1, 300) AS source, substr(tags, 1, 2000) AS tags,
    substr(content, 1, 8192) AS content, length(content) AS content_size,
    substr(data, 1, 4096) AS data, length(data) AS data_size, subject_id,
    scheduled_at, expires_at, read_at, archived_at, created_at,
    (SELECT kind FROM subjects WHERE id = messages.subject_id) AS kind,
    (SELECT identifier FROM page_names WHERE subject_id = messages.subject_id) AS identifier
FROM messages
WHERE project_id = :project_id AND number < :before
  AND (:channel IS NULL OR channel = :channel)
  AND (:status IS NULL OR :status = CASE
      WHEN archived_at IS NOT NULL THEN 'archived'
      WHEN scheduled_at > :now THEN 'planned'
      WHEN expires_at <= :now THEN 'expired'
      WHEN read_at IS NOT NULL THEN 'read'
      ELSE 'unread' END)
  AND (:search IS NULL OR instr(lower(external_id || ' ' || content), lower(:search)) OR EXISTS (
      SELECT 1 FROM identifiers
      WHERE subject_id = messages.subject_id AND instr(lower(external_id), lower(:search))
  ))
ORDER BY number DESC

-- name: page_events
-- All of a project.
SELECT * FROM page_event
WHERE project_id = :project_id AND number < :before
  AND (:since IS NULL OR created_at >= :since) AND (:until IS NULL OR created_at < :until)
ORDER BY number DESC

-- name: page_events_of_name
-- Of one name.
SELECT * FROM page_event
WHERE project_id = :project_id AND full_name = :name AND number < :before
  AND (:since IS NULL OR created_at >= :since) AND (:until IS NULL OR created_at < :until)
ORDER BY number DESC

-- name: page_events_of_subject
-- Of one user or organization.
SELECT * FROM page_event
WHERE subject_id = :subject AND project_id = :project_id AND number < :before
  AND (:name IS NULL OR full_name = :name)
ORDER BY number DESC

-- name: page_events_of_cause
-- Of one broadcast or schedule.
SELECT * FROM page_event
WHERE cause_id = :cause_id AND project_id = :project_id AND number < :before
ORDER BY number DESC

-- name: page_events_of_call
-- Of one call, in its order: those whose numbers it took.
SELECT * FROM page_event
WHERE project_id = :project_id AND number > :after AND number <= :last
ORDER BY number

-- name: page_events_since
-- For the stream: oldest first.
SELECT * FROM page_event
WHERE project_id = :project_id AND number > :after
ORDER BY number

-- name: page_names
-- What the events are called, most of them first.
SELECT substr(name, 1, 300) AS name, count(*) AS events, min(created_at) AS first_at,
    max(created_at) AS last_at
FROM events
WHERE project_id = :project_id
  AND (:since IS NULL OR created_at >= :since) AND (:until IS NULL OR created_at < :until)
GROUP BY events.name
ORDER BY events DESC, name

-- name: page_span
-- From when to when.
SELECT min(created_at) AS first_at, max(created_at) AS last_at
FROM events
WHERE project_id = :project_id AND (:name IS NULL OR name = :name)
  AND (:since IS NULL OR created_at >= :since) AND (:until IS NULL OR created_at < :until)

-- name: page_plot
-- How many events of each name there are in each step of time. Times are text, so a step is the
-- beginning of one: with 16 characters, a minute.
SELECT substr(created_at, 1, :characters) AS step, substr(name, 1, 300) AS name,
    count(*) AS events
FROM events
WHERE project_id = :project_id AND (:name IS NULL OR name = :name)
  AND (:since IS NULL OR created_at >= :since) AND (:until IS NULL OR created_at < :until)
GROUP BY step, events.name
ORDER BY step

-- name: page_broadcasts
-- Events for all that match, and how many did.
SELECT number, id, kind, substr(name, 1, 300) AS name, substr(match, 1, 4096) AS match,
    matched, created_at
FROM broadcasts
WHERE project_id = :project_id AND number < :before
ORDER BY number DESC

-- name: page_broadcast
-- One of them.
SELECT number, id, kind, substr(name, 1, 2000) AS name, substr(match, 1, 16384) AS match,
    length(match) AS match_size, substr(data, 1, 16384) AS data, length(data) AS data_size,
    matched, created_at
FROM broadcasts
WHERE project_id = :project_id AND id = :id
