-- oldest reader: 2

-- When a message is sent that is planned for later; NULL once it is sent, or if it never is.
ALTER TABLE messages ADD COLUMN sends_at TEXT;
CREATE INDEX messages_to_send ON messages (project_id, sends_at) WHERE sends_at IS NOT NULL;
