-- name: insert_message
-- A message of the same external id, sent again to the same recipient on the same channel, is
-- dropped, whatever the source of the id.
INSERT INTO messages
    (id, project_id, subject_id, channel, id_source, external_id, sender_identity_id, campaign_id,
     broadcast_id, content, data, tags, priority, source, scheduled_at, expires_at, sends_at,
     created_at, updated_at)
SELECT
    :id, :project_id, :subject_id, :channel, :id_source, :external_id, :sender_identity_id,
    :campaign_id, :broadcast_id, :content, :data, :tags, :priority, :source,
    coalesce(:scheduled_at, :now), :expires_at, :sends_at, :now, :now
WHERE NOT EXISTS (
    SELECT 1 FROM messages
    WHERE subject_id = :subject_id AND channel = :channel AND external_id = :external_id
)

-- name: inbox
-- What an inbox shows: newest first, neither what is yet to come nor what has expired, and
-- nothing archived unless asked for.
SELECT id, project_id, user_id, organization_id, external_id, channel, sender_identity_id,
    campaign_id, broadcast_id, content, data, tags, priority, source, scheduled_at, expires_at,
    read_at, archived_at, sent_at, created_at, updated_at
FROM messages
JOIN named USING (subject_id)
WHERE subject_id = :subject_id AND channel = :channel
  AND scheduled_at <= :now
  AND (expires_at IS NULL OR expires_at > :now)
  AND CASE :status
      WHEN 'archived' THEN archived_at IS NOT NULL
      WHEN 'read' THEN archived_at IS NULL AND read_at IS NOT NULL
      WHEN 'unread' THEN archived_at IS NULL AND read_at IS NULL
      ELSE archived_at IS NULL
  END
  AND (:message_source IS NULL OR source = :message_source)
  AND (:priority IS NULL OR priority = :priority)
  AND NOT EXISTS (
      SELECT 1 FROM json_each(:tags) AS wanted
      WHERE wanted.value NOT IN (SELECT value FROM json_each(messages.tags))
  )
ORDER BY scheduled_at DESC, created_at DESC, number DESC

-- name: mark_read
-- The first time counts, and only what is shown can be marked.
UPDATE messages SET read_at = :now, updated_at = :now
WHERE id = :id AND subject_id = :subject_id AND read_at IS NULL
  AND scheduled_at <= :now AND (expires_at IS NULL OR expires_at > :now)
RETURNING id, channel, external_id, campaign_id, broadcast_id

-- name: mark_archived
-- The first time counts here too.
UPDATE messages SET archived_at = :now, updated_at = :now
WHERE id = :id AND subject_id = :subject_id AND archived_at IS NULL
  AND scheduled_at <= :now AND (expires_at IS NULL OR expires_at > :now)
RETURNING id, channel, external_id, campaign_id, broadcast_id
