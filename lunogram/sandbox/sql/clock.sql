-- name: moved_projects
-- The projects whose time is not the real one.
SELECT id, ahead FROM projects WHERE ahead > 0

-- name: move_clock
-- How far a project's time is ahead from now on.
UPDATE projects SET ahead = :ahead WHERE id = :id
