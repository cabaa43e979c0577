-- name: tables_are_there
-- Whether somebody has made them. Asked of the catalog as it is: to_regclass answers from what the
-- session has remembered, also when somebody else has made them while it waited for the lock.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_class.relnamespace
    WHERE nspname || '.' || relname = 'lunogram_outbox.version'
)

-- name: version
-- By which version of lunogram they were made.
SELECT version FROM lunogram_outbox.version

-- name: lock_tables
-- Whoever else wants to make them waits until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(%(schema)s, 0))

-- name: schema_is_there
-- Whether somebody has made it, who may have been the only one with the right to.
SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %(schema)s)

-- name: settings
-- How one session of ours behaves. What is known of a queue is always out of date: it was empty, or
-- had a million entries. By the indexes, all is found at once, whatever the planner believes.
SELECT
    set_config('statement_timeout', %(patience)s, false),
    set_config('idle_in_transaction_session_timeout', '30s', false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('enable_seqscan', 'off', false),
    set_config('enable_bitmapscan', 'off', false),
    set_config('jit', 'off', false)

-- name: sync_commits
-- Commits wait for the disk, at the least.
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
