-- oldest reader: 2

-- What servers of today do: what they accept and lose, definitions of schedules, one device for
-- each id in a project.

CREATE TABLE lost (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they came; never used again
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, -- a user's or an organization's
    what TEXT NOT NULL CHECK (what IN ('event', 'schedule', 'message')),
    name TEXT NOT NULL,
    identifier TEXT NOT NULL,
    data TEXT NOT NULL,
    schedule TEXT, -- the columns of a schedule that waits
    reason TEXT NOT NULL,
    until TEXT, -- until when the platform tries again; NULL if it does not
    created_at TEXT NOT NULL
);
CREATE INDEX lost_of_project ON lost (project_id, number);

-- Which identifiers would find the user of what waits.
CREATE TABLE waiting (
    project_id TEXT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    lost_number INTEGER NOT NULL REFERENCES lost (number) ON DELETE CASCADE,
    PRIMARY KEY (project_id, source, external_id, lost_number)
) WITHOUT ROWID;
CREATE INDEX waiting_of_lost ON waiting (lost_number);

-- The schedules of a project by name: what the schedules of subjects are instances of.
CREATE TABLE schedule_definitions (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (project_id, name)
) WITHOUT ROWID;
INSERT INTO schedule_definitions (project_id, name, id)
SELECT project_id, name, min(id) FROM schedules GROUP BY project_id, name;

CREATE TABLE moved_devices (
    project_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    os TEXT,
    os_version TEXT,
    model TEXT,
    app_version TEXT,
    data TEXT NOT NULL,
    config TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (project_id, device_id)
) WITHOUT ROWID;
INSERT OR IGNORE INTO moved_devices
    (project_id, device_id, user_id, id, os, os_version, model, app_version, data, config,
     created_at, updated_at)
SELECT project_id, device_id, user_id, id, os, os_version, model, app_version, data, config,
    created_at, updated_at
FROM devices
ORDER BY updated_at DESC;
DROP TABLE devices;
ALTER TABLE moved_devices RENAME TO devices;
CREATE INDEX devices_of_user ON devices (user_id);
