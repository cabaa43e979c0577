-- What waits. A place in the queue is given out when a call is queued, and seen by others when its
-- transaction commits.
CREATE TABLE lunogram_outbox.entries (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane smallint NOT NULL,
    call json NOT NULL,                 -- method, path, query, subjects, trace; all in ASCII
    body bytea,
    queued_at double precision NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    deaths integer NOT NULL DEFAULT 0,
    taken_by text                       -- the relay that has it in its hands
)
-- A queue is new every few minutes: what is gone has to be cleared away sooner than by default.
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE INDEX entries_free ON lunogram_outbox.entries (lane, sequence) WHERE taken_by IS NULL;
CREATE INDEX entries_taken ON lunogram_outbox.entries (taken_by, lane) WHERE taken_by IS NOT NULL;

-- What was given up.
CREATE TABLE lunogram_outbox.dead_letters (
    sequence bigint PRIMARY KEY,
    lane smallint NOT NULL,
    call json NOT NULL,
    body bytea,
    queued_at double precision NOT NULL,
    attempts integer NOT NULL,
    deaths integer NOT NULL,
    status smallint,
    problem json NOT NULL,              -- a text
    died_at double precision NOT NULL
);

-- The relays that work here, each until its lease runs out by the server's clock.
CREATE TABLE lunogram_outbox.relays (
    owner text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- Whose turn it is in each lane.
CREATE TABLE lunogram_outbox.lanes (
    lane smallint PRIMARY KEY,
    owner text REFERENCES lunogram_outbox.relays ON DELETE SET NULL
);
INSERT INTO lunogram_outbox.lanes (lane) SELECT generate_series(0, 63);

-- Numbers, to be summed: in several rows, so that relays seldom wait for each other.
CREATE TABLE lunogram_outbox.counters (
    slot smallint PRIMARY KEY,
    delivered bigint NOT NULL DEFAULT 0,
    died bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    dropped bigint NOT NULL DEFAULT 0
)
WITH (fillfactor = 20);
INSERT INTO lunogram_outbox.counters (slot) SELECT generate_series(0, 15);

-- How far imports have come; both are texts in JSON, which is ASCII.
CREATE TABLE lunogram_outbox.bookmarks (
    name text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE lunogram_outbox.version (
    version integer NOT NULL
);
INSERT INTO lunogram_outbox.version VALUES (1);
