-- name: membership
-- Whether a user is a member, and as what.
SELECT data, version FROM members WHERE organization_id = :organization_id AND user_id = :user_id

-- name: insert_member
-- A user becomes a member.
INSERT INTO members (organization_id, user_id, project_id, data, created_at, updated_at)
VALUES (:organization_id, :user_id, :project_id, :data, :now, :now)

-- name: update_member
-- Data, merged by the caller.
UPDATE members SET data = :data, version = version + 1, updated_at = :now
WHERE organization_id = :organization_id AND user_id = :user_id

-- name: delete_member
-- A user is no longer a member.
DELETE FROM members WHERE organization_id = :organization_id AND user_id = :user_id
