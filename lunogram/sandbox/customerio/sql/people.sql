-- name: cio_person_by_id
-- Whose an id is.
SELECT number, cio_id, id, email, attributes FROM cio_people
WHERE project_id = :project_id AND id = :value

-- name: cio_person_by_email
-- Whose an email address is, however its letters are cased.
SELECT number, cio_id, id, email, attributes FROM cio_people
WHERE project_id = :project_id AND email = :value

-- name: cio_person_by_cio_id
-- Whose Customer.io's own id is.
SELECT number, cio_id, id, email, attributes FROM cio_people
WHERE project_id = :project_id AND cio_id = :value

-- name: cio_person_by_anonymous_id
-- Who was anonymous by this id.
SELECT number, cio_id, id, email, attributes FROM cio_people
WHERE project_id = :project_id AND json_extract(attributes, '$.anonymous_id') = :value
ORDER BY number DESC

-- name: cio_insert_person
-- A new person, with one identifier.
INSERT INTO cio_people (project_id, cio_id, id, email, attributes, created_at, updated_at)
VALUES (:project_id, :cio_id, :id, :email, '{}', :now, :now)

-- name: cio_update_person
-- Attributes, merged by the caller.
UPDATE cio_people SET attributes = :attributes, updated_at = :now WHERE number = :number

-- name: cio_set_id
-- Not if another person has it.
UPDATE OR IGNORE cio_people SET id = :value WHERE number = :number

-- name: cio_set_email
-- Not if another person has it.
UPDATE OR IGNORE cio_people SET email = :value WHERE number = :number

-- name: cio_delete_person
-- Events, devices and memberships of segments go with the person; what was sent stays.
DELETE FROM cio_people WHERE number = :number

-- name: cio_suppressed
-- Whether an identifier is suppressed.
SELECT together FROM cio_suppressed
WHERE project_id = :project_id AND field = :field AND value = :value

-- name: cio_suppress
-- Suppress an identifier.
INSERT INTO cio_suppressed (project_id, field, value, together, created_at)
VALUES (:project_id, :field, :value, :together, :now)
ON CONFLICT DO NOTHING

-- name: cio_unsuppress
-- All identifiers that were suppressed together may be had again.
DELETE FROM cio_suppressed
WHERE project_id = :project_id AND together = :together
