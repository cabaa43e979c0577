-- The local Customer.io. Its workspaces are the sandbox's projects; its people are nobody's users.

CREATE TABLE cio_people (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of creation; never used again
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    cio_id TEXT NOT NULL UNIQUE,
    id TEXT,
    email TEXT COLLATE NOCASE,
    attributes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (project_id, id),
    UNIQUE (project_id, email)
);
CREATE INDEX cio_people_of_anonymous ON cio_people (project_id, json_extract(attributes, '$.anonymous_id'));

-- Who a person is, as the test API and the page show it.
CREATE VIEW cio_named AS
SELECT number AS person_number, json_object('cio_id', cio_id, 'id', id, 'email', email) AS person
FROM cio_people;

CREATE TABLE cio_suppressed (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    field TEXT NOT NULL CHECK (field IN ('id', 'email')),
    value TEXT NOT NULL, -- of an email, in lower case
    together TEXT NOT NULL, -- what the identifiers of one person have in common
    created_at TEXT NOT NULL,
    PRIMARY KEY (project_id, field, value)
) WITHOUT ROWID;

CREATE TABLE cio_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they came; never used again
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    person_number INTEGER REFERENCES cio_people (number) ON DELETE CASCADE,
    event_id TEXT, -- the sender's own, by which one that comes twice is one
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    anonymous_id TEXT,
    timestamp INTEGER NOT NULL, -- when it happened, in epoch seconds
    created_at TEXT NOT NULL,
    UNIQUE (project_id, event_id)
);
CREATE INDEX cio_events_of_project ON cio_events (project_id, number);
CREATE INDEX cio_events_of_person ON cio_events (person_number);
CREATE INDEX cio_events_of_nobody ON cio_events (project_id, anonymous_id)
    WHERE person_number IS NULL;

CREATE TABLE cio_devices (
    person_number INTEGER NOT NULL REFERENCES cio_people (number) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    last_used INTEGER, -- epoch seconds
    attributes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (person_number, device_id)
) WITHOUT ROWID;
CREATE INDEX cio_devices_of_project ON cio_devices (project_id);

-- Who is in which manual segment.
CREATE TABLE cio_segments (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    segment_id INTEGER NOT NULL,
    person_number INTEGER NOT NULL REFERENCES cio_people (number) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    PRIMARY KEY (project_id, segment_id, person_number)
) WITHOUT ROWID;
CREATE INDEX cio_segments_of_person ON cio_segments (person_number);

CREATE TABLE cio_deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    delivery_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    person_number INTEGER REFERENCES cio_people (number) ON DELETE SET NULL,
    request TEXT NOT NULL, -- as sent, attachments and all
    queued_at INTEGER NOT NULL, -- epoch seconds
    created_at TEXT NOT NULL
);
CREATE INDEX cio_deliveries_of_project ON cio_deliveries (project_id, number);
CREATE INDEX cio_deliveries_of_person ON cio_deliveries (person_number);

CREATE TABLE cio_broadcasts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    broadcast_id INTEGER NOT NULL,
    trigger_id INTEGER NOT NULL, -- how many times this broadcast was triggered by then
    request TEXT NOT NULL, -- as sent
    created_at TEXT NOT NULL,
    UNIQUE (project_id, broadcast_id, trigger_id)
);

CREATE TABLE cio_collections (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    data TEXT, -- the items, or
    url TEXT, -- where they are
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX cio_collections_of_project ON cio_collections (project_id);
