-- oldest reader: 1

-- The name of the operation, a string in JSON; empty, where a program of schema 1 has queued.
ALTER TABLE lunogram_outbox.entries ADD COLUMN operation json NOT NULL DEFAULT '""';
ALTER TABLE lunogram_outbox.dead_letters ADD COLUMN operation json NOT NULL DEFAULT '""';
