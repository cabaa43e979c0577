-- oldest reader: 1

-- The parked entries, which wait apart from the queue.
CREATE TABLE lunogram_outbox.parked (
    sequence bigint PRIMARY KEY,
    partition smallint NOT NULL,
    call json NOT NULL,
    body bytea,
    queued_at double precision NOT NULL,
    operation json NOT NULL,
    attempts integer NOT NULL,
    crashes integer NOT NULL,
    status smallint,
    problem json NOT NULL,              -- a string
    parked_at double precision NOT NULL,
    retry_at double precision NOT NULL,
    taken_by text                       -- the relay that sends it now, or ended while it sent it
);
CREATE INDEX parked_taken ON lunogram_outbox.parked (taken_by, partition) WHERE taken_by IS NOT NULL;
