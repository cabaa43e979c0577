-- name: upsert_device
-- A device registered again is as it was registered last.
INSERT INTO devices
    (user_id, device_id, id, project_id, os, os_version, model, app_version, data, config,
     created_at, updated_at)
VALUES
    (:user_id, :device_id, :id, :project_id, :os, :os_version, :model, :app_version, :data,
     :config, :now, :now)
ON CONFLICT (user_id, device_id) DO UPDATE SET
    os = excluded.os, os_version = excluded.os_version, model = excluded.model,
    app_version = excluded.app_version, data = excluded.data, config = excluded.config,
    updated_at = excluded.updated_at
