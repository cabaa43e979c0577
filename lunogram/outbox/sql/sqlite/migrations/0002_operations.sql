-- oldest reader: 2

-- The name of the operation, or nothing where schema 1 queued. (Its programs, which were never
-- released, did not name the columns that they wrote, so they can't use this schema.)
ALTER TABLE entries ADD COLUMN operation TEXT NOT NULL DEFAULT '';
ALTER TABLE dead_letters ADD COLUMN operation TEXT NOT NULL DEFAULT '';
