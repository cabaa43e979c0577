-- The page: newest first, and no text longer than is shown; `…_size` says how long it is.

-- name: cio_page_counts
-- How much there is.
SELECT
    (SELECT count(*) FROM cio_people WHERE project_id = :project_id) AS people,
    (SELECT count(*) FROM cio_events WHERE project_id = :project_id) AS events,
    (SELECT count(*) FROM cio_deliveries WHERE project_id = :project_id) AS sends,
    (SELECT count(*) FROM cio_broadcasts WHERE project_id = :project_id) AS broadcasts,
    (SELECT count(DISTINCT segment_id) FROM cio_segments WHERE project_id = :project_id)
        AS segments

-- name: cio_page_people
-- `search` is any part of an identifier or of the attributes.
SELECT number, cio_id, substr(id, 1, 300) AS id, substr(email, 1, 300) AS email,
    substr(attributes, 1, 300) AS attributes, created_at
FROM cio_people
WHERE project_id = :project_id AND number < :before
  AND (:search IS NULL
    OR instr(lower(cio_id || ' ' || ifnull(id, '') || ' ' || ifnull(email, '') || ' '
        || attributes), lower(:search)))
ORDER BY number DESC

-- name: cio_page_events
-- All, or one person's; `search` is any part of a name, of data or of whose it is.
SELECT cio_events.number, substr(event_id, 1, 100) AS id, type, substr(name, 1, 300) AS name,
    substr(data, 1, 8192) AS data, length(data) AS data_size,
    substr(anonymous_id, 1, 200) AS anonymous_id, timestamp, person_number, person,
    created_at
FROM cio_events
LEFT JOIN cio_named USING (person_number)
WHERE project_id = :project_id AND cio_events.number < :before
  AND (:person IS NULL OR person_number = :person)
  AND (:search IS NULL
    OR instr(lower(name || ' ' || data || ' ' || ifnull(person, '') || ' '
        || ifnull(anonymous_id, '')), lower(:search)))
ORDER BY cio_events.number DESC

-- name: cio_page_sends
-- Transactional messages, with the attachments counted; `search` does not look into those.
SELECT cio_deliveries.number, delivery_id, kind, person_number, person, created_at,
    substr(
        coalesce(
            json_extract(request, '$.subject'), json_extract(request, '$.title'),
            json_extract(request, '$.message')
        ), 1, 300
    ) AS subject,
    substr(json_extract(request, '$.to'), 1, 300) AS recipient,
    substr(json_extract(request, '$.transactional_message_id'), 1, 100) AS template,
    (SELECT count(*) FROM json_each(request, '$.attachments')) AS attachments
FROM cio_deliveries
LEFT JOIN cio_named USING (person_number)
WHERE project_id = :project_id AND cio_deliveries.number < :before
  AND (:person IS NULL OR person_number = :person)
  AND (:search IS NULL
    OR instr(lower(kind || ' ' || json_remove(request, '$.attachments')), lower(:search)))
ORDER BY cio_deliveries.number DESC

-- name: cio_page_broadcasts
-- What was triggered.
SELECT number, broadcast_id, trigger_id, substr(request, 1, 8192) AS request,
    length(request) AS request_size, created_at
FROM cio_broadcasts
WHERE project_id = :project_id AND number < :before
  AND (:search IS NULL OR instr(lower(broadcast_id || ' ' || request), lower(:search)))
ORDER BY number DESC

-- name: cio_page_segments
-- Manual segments, and how many are in each. Their ids are their numbers.
SELECT segment_id AS number, count(*) AS people FROM cio_segments
WHERE project_id = :project_id AND segment_id < :before
  AND (:search IS NULL OR instr(segment_id, :search))
GROUP BY segment_id
ORDER BY segment_id DESC

-- name: cio_page_members
-- Who is in a segment.
SELECT cio_people.number, person FROM cio_segments
JOIN cio_people ON cio_people.number = cio_segments.person_number
JOIN cio_named ON cio_named.person_number = cio_people.number
WHERE cio_segments.project_id = :project_id AND segment_id = :segment
  AND cio_people.number < :before
ORDER BY cio_people.number DESC

-- name: cio_page_person
-- One person, with segments and devices.
SELECT number, cio_id, substr(id, 1, 2000) AS id, substr(email, 1, 2000) AS email,
    substr(attributes, 1, 65536) AS attributes, length(attributes) AS attributes_size,
    (
        SELECT json_group_array(segment_id) FROM cio_segments WHERE person_number = cio_people.number
    ) AS segments,
    (
        SELECT json_group_array(json_object(
            'id', substr(device_id, 1, 1000), 'platform', platform, 'last_used', last_used,
            'attributes', substr(attributes, 1, 2000)))
        FROM (SELECT * FROM cio_devices WHERE person_number = cio_people.number LIMIT 100)
    ) AS devices,
    created_at, updated_at
FROM cio_people
WHERE project_id = :project_id AND number = :number

-- name: cio_page_send
-- One transactional message; of attachments, names and sizes alone.
SELECT cio_deliveries.number, delivery_id, kind, person_number, person, queued_at, created_at,
    substr(json_remove(request, '$.attachments'), 1, 65536) AS request,
    length(json_remove(request, '$.attachments')) AS request_size,
    (
        SELECT json_group_array(json_object(
            'name', substr(key, 1, 300),
            'bytes', length(rtrim(value, '=')) * 3 / 4))
        FROM json_each(request, '$.attachments')
    ) AS attachments
FROM cio_deliveries
LEFT JOIN cio_named USING (person_number)
WHERE project_id = :project_id AND cio_deliveries.number = :number
