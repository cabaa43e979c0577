-- oldest reader: 1

-- The entries that wait. A sequence number is assigned when a call is queued, and is visible to
-- others when its transaction commits.
CREATE TABLE lunogram_outbox.entries (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition smallint NOT NULL,
    call json NOT NULL,                 -- method, path, query, subjects, trace; all in ASCII
    body bytea,
    queued_at double precision NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    crashes integer NOT NULL DEFAULT 0,
    taken_by text                       -- the relay that has leased it
)
-- The rows of a queue are replaced every few minutes: dead rows have to be vacuumed sooner than by
-- default.
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE INDEX entries_free ON lunogram_outbox.entries (partition, sequence) WHERE taken_by IS NULL;
CREATE INDEX entries_taken ON lunogram_outbox.entries (taken_by, partition) WHERE taken_by IS NOT NULL;

-- The dead letters.
CREATE TABLE lunogram_outbox.dead_letters (
    sequence bigint PRIMARY KEY,
    partition smallint NOT NULL,
    call json NOT NULL,
    body bytea,
    queued_at double precision NOT NULL,
    attempts integer NOT NULL,
    crashes integer NOT NULL,
    status smallint,
    problem json NOT NULL,              -- a string
    died_at double precision NOT NULL
);

-- The relays, each until its lease expires by the server's clock.
CREATE TABLE lunogram_outbox.relays (
    owner text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- The partitions, and the relay that has leased each.
CREATE TABLE lunogram_outbox.partitions (
    partition smallint PRIMARY KEY,
    owner text REFERENCES lunogram_outbox.relays ON DELETE SET NULL
);
INSERT INTO lunogram_outbox.partitions (partition) SELECT generate_series(0, 63);

-- Counters, to be summed: in several rows, so that relays seldom wait for each other.
CREATE TABLE lunogram_outbox.counters (
    slot smallint PRIMARY KEY,
    delivered bigint NOT NULL DEFAULT 0,
    died bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    dropped bigint NOT NULL DEFAULT 0
)
WITH (fillfactor = 20);
INSERT INTO lunogram_outbox.counters (slot) SELECT generate_series(0, 15);

-- The checkpoints of imports; both columns are strings in JSON, which is ASCII.
CREATE TABLE lunogram_outbox.checkpoints (
    name text PRIMARY KEY,
    value text NOT NULL
);

-- The number of this schema, and of the oldest schema whose programs can use it.
CREATE TABLE lunogram_outbox.version (
    version integer NOT NULL,
    oldest_reader integer NOT NULL
);
INSERT INTO lunogram_outbox.version (version, oldest_reader) VALUES (1, 1);
