-- oldest reader: 1

-- The sandbox's tables. A subject is a user or an organization: both have identifiers, data,
-- events, schedules and an inbox, so they share their tables and differ in `kind`.
-- Times are RFC 3339 in UTC with microseconds, so that they sort as text. JSON is kept as text.

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL, -- shortened, never whole
    ahead INTEGER NOT NULL DEFAULT 0, -- by how many microseconds its time is ahead of the real one
    created_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE subjects (
    number INTEGER PRIMARY KEY, -- the order of creation
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'organization')),
    name TEXT,
    email TEXT,
    phone TEXT,
    timezone TEXT,
    locale TEXT,
    data TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX subjects_of_project ON subjects (project_id, kind);

CREATE TABLE identifiers (
    number INTEGER PRIMARY KEY, -- the order in which they came
    project_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    id TEXT NOT NULL,
    subject_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (project_id, kind, source, external_id)
);
CREATE INDEX identifiers_of_subject ON identifiers (subject_id);

-- Who a subject is: which kind, and by which identifiers, oldest first.
CREATE VIEW named AS
SELECT id AS subject_id, kind,
    CASE kind WHEN 'user' THEN id END AS user_id,
    CASE kind WHEN 'organization' THEN id END AS organization_id,
    (
        SELECT json_group_array(json_object('source', source, 'external_id', external_id))
        FROM (
            SELECT source, external_id FROM identifiers
            WHERE subject_id = subjects.id
            ORDER BY number
        )
    ) AS identifier
FROM subjects;

CREATE TABLE members (
    organization_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL,
    data TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_of_user ON members (user_id);
CREATE INDEX members_of_project ON members (project_id, created_at);

CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they came; never used again
    id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    subject_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    member_id TEXT REFERENCES subjects (id) ON DELETE CASCADE, -- organization.user.*: which user
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('sent', 'matched', 'recorded', 'fired')),
    cause_id TEXT, -- what events of one cause have in common: the broadcast or the schedule
    created_at TEXT NOT NULL
);
-- With the number and the time in them, these answer a list from any place, and the plot of
-- events over time, without looking at the events themselves.
CREATE INDEX events_of_project ON events (project_id, number, created_at);
CREATE INDEX events_of_name ON events (project_id, name, number, created_at);
CREATE INDEX events_of_cause ON events (cause_id) WHERE cause_id IS NOT NULL;
CREATE INDEX events_of_subject ON events (subject_id);
CREATE INDEX events_of_member ON events (member_id) WHERE member_id IS NOT NULL;

-- Events that were sent for all that match. Those that matched nobody left no other trace.
CREATE TABLE broadcasts (
    number INTEGER PRIMARY KEY, -- the order in which they came
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    match TEXT NOT NULL,
    data TEXT NOT NULL,
    matched INTEGER NOT NULL, -- how many subjects
    created_at TEXT NOT NULL
);
CREATE INDEX broadcasts_of_project ON broadcasts (project_id);

CREATE TABLE schedules (
    id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    subject_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scheduled_at TEXT,
    start_at TEXT,
    interval TEXT, -- as sent; NULL for a single schedule
    anchor_at TEXT NOT NULL, -- a recurring schedule fires at anchor_at + occurrence * interval
    occurrence INTEGER NOT NULL,
    next_at TEXT, -- when it fires next; NULL when it will not fire again
    data TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (project_id, id)
) WITHOUT ROWID;
CREATE INDEX schedules_of_subject ON schedules (subject_id, name);
CREATE INDEX schedules_due ON schedules (project_id, next_at) WHERE next_at IS NOT NULL;

CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL,
    subject_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    id_source TEXT NOT NULL, -- with external_id: what the sender calls it
    external_id TEXT NOT NULL,
    sender_identity_id TEXT,
    campaign_id TEXT,
    broadcast_id TEXT,
    content TEXT NOT NULL,
    data TEXT NOT NULL,
    tags TEXT NOT NULL,
    priority INTEGER NOT NULL,
    source TEXT,
    scheduled_at TEXT NOT NULL,
    expires_at TEXT,
    read_at TEXT,
    archived_at TEXT,
    sent_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (subject_id, channel, id_source, external_id)
);
CREATE INDEX messages_of_project ON messages (project_id);

CREATE TABLE devices (
    user_id TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    os TEXT,
    os_version TEXT,
    model TEXT,
    app_version TEXT,
    data TEXT NOT NULL,
    config TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (user_id, device_id)
) WITHOUT ROWID;
CREATE INDEX devices_of_project ON devices (project_id);

-- For the page: who a subject is, by its first names, and not at any length.
CREATE VIEW page_names AS
SELECT id AS subject_id,
    (
        SELECT json_group_array(json_object('source', source, 'external_id', external_id))
        FROM (
            SELECT substr(source, 1, 100) AS source, substr(external_id, 1, 200) AS external_id
            FROM identifiers
            WHERE subject_id = subjects.id
            ORDER BY number
            LIMIT 5
        )
    ) AS identifier
FROM subjects;

-- For the page: an event with whose it is.
CREATE VIEW page_event AS
SELECT events.number, events.id, project_id, events.subject_id, events.name AS full_name,
    substr(events.name, 1, 300) AS name, substr(events.data, 1, 8192) AS data,
    length(events.data) AS data_size, cause, cause_id, member_id,
    (SELECT kind FROM subjects WHERE id = events.subject_id) AS kind,
    (SELECT identifier FROM page_names WHERE subject_id = events.subject_id) AS identifier,
    (SELECT identifier FROM page_names WHERE subject_id = events.member_id) AS member,
    events.created_at
FROM events;

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
