-- name: next_submission_seq
SELECT nextval('ingestion.submission_seq');

-- The last accepted submission of a feed, reporter and period: the only one that a file may be a duplicate of.
-- name: latest_submission
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, sha256, received_at, published_at, stage, status,
       accepted, unchanged, rejected, nil_return, simulated, repairs, errors
FROM ingestion.receipt
WHERE feed = $1 AND reporter = $2 AND period = $3 AND stage <> 'refused'
ORDER BY submission_seq DESC
LIMIT 1;

-- name: save_receipt
INSERT INTO ingestion.receipt (id, submission_seq, feed, reporter, period, collection, territories, file_name, media_type, sha256,
                               size_bytes, content, received_at, stage, status, accepted, unchanged, rejected, nil_return, simulated,
                               repairs, errors, messages, token_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- name: mark_published
UPDATE ingestion.receipt SET stage = 'published', published_at = $2 WHERE id = $1 AND stage = 'received';

-- name: receipt
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, sha256, received_at, published_at, stage, status,
       accepted, unchanged, rejected, nil_return, simulated, repairs, errors
FROM ingestion.receipt
WHERE id = $1;

-- name: messages
SELECT messages FROM ingestion.receipt WHERE id = $1;

-- The oldest receipt still to be published that nobody is publishing; the lock lasts until the end of the transaction.
-- name: claim_unpublished
SELECT id, messages
FROM ingestion.receipt
WHERE stage = 'received' AND NOT (id = ANY ($1::text[]))
ORDER BY submission_seq
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: count_unpublished
SELECT count(*) FROM ingestion.receipt WHERE stage = 'received';

-- name: accepted_since
SELECT id, submission_seq, messages
FROM ingestion.receipt
WHERE stage <> 'refused' AND received_at >= $1 AND submission_seq > $2
ORDER BY submission_seq
LIMIT 20;

-- The current version of each cell asked for, stored by the aggregator or still on its way in one of the last receipts for
-- the same report. Not entitled.observation: its DISTINCT ON would read every version.
-- name: known_cells
WITH asked AS (
    SELECT indicator, territory, period, source, basis
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
        AS cell (indicator, territory, period, source, basis)
), recent AS (
    SELECT messages
    FROM ingestion.receipt
    WHERE feed = $6 AND reporter = $7 AND period = $8 AND stage <> 'refused'
    ORDER BY submission_seq DESC
    LIMIT 5
), said AS (
    SELECT o.*
    FROM recent CROSS JOIN LATERAL jsonb_to_recordset(messages -> 'observations') AS o (
        indicator text, territory text, period text, source text, basis text, submission_seq bigint,
        value numeric, numerator numeric, denominator numeric, status text, simulated boolean
    )
), stored AS (
    SELECT asked.*, latest.*
    FROM asked CROSS JOIN LATERAL (
        SELECT version.submission_seq, value, numerator, denominator, status, simulated
        FROM entitled.observation_version AS version
        WHERE version.indicator = asked.indicator AND version.territory = asked.territory AND version.period = asked.period
          AND version.source = asked.source AND version.basis = asked.basis
        ORDER BY version.submission_seq DESC
        LIMIT 1
    ) AS latest
)
SELECT DISTINCT ON (indicator, territory, period, source, basis) *
FROM (
    SELECT * FROM stored
    UNION ALL
    SELECT said.* FROM said JOIN asked USING (indicator, territory, period, source, basis)
) AS versions
ORDER BY indicator, territory, period, source, basis, submission_seq DESC;

-- Only ingestion accepts entries and each of its receipts keeps its messages: they are the whole history of a register.
-- name: known_entries
SELECT DISTINCT ON (message -> 'entry' ->> 'id') message
FROM ingestion.receipt CROSS JOIN LATERAL jsonb_array_elements(messages -> 'entries') AS entries (message)
WHERE feed = $1 AND stage <> 'refused' AND message -> 'entry' ->> 'id' = ANY ($2::text[])
ORDER BY message -> 'entry' ->> 'id', submission_seq DESC;

-- name: known_calls
SELECT DISTINCT message -> 'entry' ->> 'id' AS id
FROM ingestion.receipt CROSS JOIN LATERAL jsonb_array_elements(messages -> 'entries') AS entries (message)
WHERE stage <> 'refused'
  AND message -> 'entry' ->> 'register_name' = $1 AND message -> 'entry' ->> 'id' = ANY ($2::text[]);
