-- name: upsert_device
-- A device registered again is as it was registered last, also if it was another user's. What
-- describes it stays unless it is given.
INSERT INTO devices
    (user_id, device_id, id, project_id, os, os_version, model, app_version, data, config,
     created_at, updated_at)
VALUES
    (:user_id, :device_id, :id, :project_id, :os, :os_version, :model, :app_version, :data,
     :config, :now, :now)
ON CONFLICT (project_id, device_id) DO UPDATE SET
    user_id = excluded.user_id, os = excluded.os,
    os_version = coalesce(excluded.os_version, os_version),
    model = coalesce(excluded.model, model),
    app_version = coalesce(excluded.app_version, app_version),
    data = excluded.data, config = excluded.config, updated_at = excluded.updated_at
