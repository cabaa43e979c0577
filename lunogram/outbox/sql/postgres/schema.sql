-- name: tables_exist
-- Whether the tables exist. It reads the catalog itself: to_regclass uses what the session has
-- cached, and misses tables that were created while the session waited for the lock.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_class.relnamespace
    WHERE nspname || '.' || relname = 'lunogram_outbox.version'
)

-- name: version
-- The number of the schema, and of the oldest schema whose programs can use it.
SELECT version, oldest_reader FROM lunogram_outbox.version

-- name: lock_tables
-- Others who want to create or migrate the tables wait until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(%(schema)s, 0))

-- name: limits_of_migration
-- A migration may run for long, but does not wait for the lock of a table: programs that queue would
-- have to wait behind it, perhaps for a transaction of hours.
SELECT
    set_config('statement_timeout', '0', true),
    set_config('lock_timeout', '1s', true)

-- name: schema_exists
-- Whether the schema exists. The role may have no right to create one.
SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %(schema)s)

-- name: settings
-- The settings of a session. The statistics of a queue are always out of date: it was empty, or had
-- a million entries. With the indexes, rows are found at once, whatever the planner estimates.
SELECT
    set_config('statement_timeout', %(patience)s, false),
    set_config('idle_in_transaction_session_timeout', '30s', false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('enable_seqscan', 'off', false),
    set_config('enable_bitmapscan', 'off', false),
    set_config('jit', 'off', false)

-- name: sync_commits
-- Make commits wait for the disk, at least.
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
