-- name: add_project
-- A key seen for the first time brings its project with it.
INSERT INTO projects (id, key, created_at) VALUES (:id, :key, :now)
ON CONFLICT (id) DO NOTHING

-- name: delete_project
-- Everything of the project goes with it.
DELETE FROM projects WHERE id = :id

-- name: find_identifier
-- Whose a pair of source and external id is, and what is kept with it.
SELECT subject_id, metadata
FROM identifiers
WHERE project_id = :project_id AND kind = :kind
  AND source = :source AND external_id = :external_id

-- name: insert_identifier
-- A name that the subject did not have yet.
INSERT INTO identifiers
    (project_id, kind, source, external_id, id, subject_id, metadata, created_at, updated_at)
VALUES (:project_id, :kind, :source, :external_id, :id, :subject_id, :metadata, :now, :now)

-- name: update_identifier
-- Metadata, merged by the caller.
UPDATE identifiers SET metadata = :metadata, updated_at = :now
WHERE project_id = :project_id AND kind = :kind
  AND source = :source AND external_id = :external_id

-- name: identifiers_of
-- All names of a subject, oldest first.
SELECT id, source, external_id, metadata, created_at, updated_at
FROM identifiers
WHERE subject_id = :id
ORDER BY number

-- name: insert_subject
-- A new user or organization.
INSERT INTO subjects
    (id, project_id, kind, name, email, phone, timezone, locale, data, created_at, updated_at)
VALUES
    (:id, :project_id, :kind, :name, :email, :phone, :timezone, :locale, :data, :now, :now)

-- name: update_subject
-- A field that is NULL keeps what is stored.
UPDATE subjects SET
    name = coalesce(:name, name),
    email = coalesce(:email, email),
    phone = coalesce(:phone, phone),
    timezone = coalesce(:timezone, timezone),
    locale = coalesce(:locale, locale),
    data = coalesce(:data, data),
    version = version + 1,
    updated_at = :now
WHERE id = :id

-- name: user
-- A user as the API shows it.
SELECT id, project_id, email, phone, timezone, locale, data,
    EXISTS (SELECT 1 FROM devices WHERE user_id = subjects.id) AS has_push_device,
    version, created_at, updated_at
FROM subjects
WHERE id = :id

-- name: organization
-- An organization as the API shows it.
SELECT id, project_id, name, data, version, created_at, updated_at
FROM subjects
WHERE id = :id

-- name: data_of_subject
-- What the data of an upsert is merged over.
SELECT data FROM subjects WHERE id = :id

-- name: delete_subject
-- Identifiers, memberships, events, schedules, messages and devices go with it.
DELETE FROM subjects WHERE id = :id

-- name: data_of_subjects
-- What a broadcast's match is compared with.
SELECT id, data FROM subjects
WHERE project_id = :project_id AND kind = :kind
ORDER BY number
