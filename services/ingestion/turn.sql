-- name: next_submission_seq
SELECT nextval('ingestion.submission_seq');

-- The last accepted submission of a feed and reporter about any of these periods: the only one that a file may repeat.
-- name: latest_submission
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, sha256, size_bytes, received_at,
       published_at, stage, status, accepted, unchanged, rejected, withdrawn, nil_return, simulated, mode, repairs, errors,
       accepted_sha256, seal
FROM ingestion.receipt
WHERE feed = $1 AND reporter = $2 AND periods && $3::text[] AND stage <> 'refused'
ORDER BY submission_seq DESC
LIMIT 1;

-- name: save_receipt
INSERT INTO ingestion.receipt (id, submission_seq, feed, reporter, period, collection, territories, periods, file_name,
                               media_type, sha256, size_bytes, content, received_at, stage, status, accepted, unchanged, rejected, withdrawn,
                               nil_return, simulated, mode, repairs, errors, messages, accepted_sha256, seal, token_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
        $27, $28, $29);

-- The newest accepted version of each cell asked for, whether or not the aggregator has it yet.
-- name: known_cells
SELECT asked.indicator, asked.territory, asked.period, asked.source, asked.basis, latest.value, latest.numerator,
       latest.denominator, latest.status, receipt.simulated
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         AS asked (indicator, territory, period, source, basis)
    CROSS JOIN LATERAL (
        SELECT submission_seq, value, numerator, denominator, status
        FROM ingestion.figure AS f
        WHERE f.indicator = asked.indicator AND f.territory = asked.territory AND f.period = asked.period
          AND f.source = asked.source AND f.basis = asked.basis
        ORDER BY submission_seq DESC
        LIMIT 1
    ) AS latest
    JOIN ingestion.receipt USING (submission_seq);

-- What a reporter's files to a feed say of some periods: the newest version of each cell, where it is theirs and stands.
-- name: standing_figures
WITH theirs AS (
    SELECT DISTINCT ON (f.indicator, f.territory, f.period, f.source, f.basis)
           f.submission_seq, f.position, f.indicator, f.definition_version, f.territory, f.period, f.source, f.basis, f.value,
           f.numerator, f.denominator, f.status, f.qualifier, f.sheet, f.row_number, f.column_name
    FROM ingestion.receipt AS r JOIN ingestion.figure AS f USING (submission_seq)
    WHERE r.feed = $1 AND r.reporter = $2 AND f.period = ANY ($3::text[])
    ORDER BY f.indicator, f.territory, f.period, f.source, f.basis, f.submission_seq DESC
)
SELECT indicator, definition_version, territory, period, source, basis, value, numerator, denominator, status, qualifier,
       sheet, row_number, column_name
FROM theirs
WHERE status <> 'withdrawn'
  AND NOT EXISTS (
      SELECT FROM ingestion.figure AS newer
      WHERE newer.indicator = theirs.indicator AND newer.territory = theirs.territory AND newer.period = theirs.period
        AND newer.source = theirs.source AND newer.basis = theirs.basis AND newer.submission_seq > theirs.submission_seq
  )
ORDER BY submission_seq, position;

-- Only ingestion accepts entries and each of its receipts keeps its messages: they are the whole history of a register.
-- name: known_entries
SELECT DISTINCT ON (message -> 'entry' ->> 'id') message
FROM ingestion.receipt CROSS JOIN LATERAL jsonb_array_elements(messages -> 'entries') AS entries (message)
WHERE feed = $1 AND stage <> 'refused' AND message -> 'entry' ->> 'id' = ANY ($2::text[])
ORDER BY message -> 'entry' ->> 'id', submission_seq DESC;

-- The newest version of each entry of a feed, where it is of one of these periods, stands, and came from this reporter.
-- name: standing_entries
SELECT message
FROM (
    SELECT DISTINCT ON (message -> 'entry' ->> 'id') message, reporter
    FROM ingestion.receipt CROSS JOIN LATERAL jsonb_array_elements(messages -> 'entries') AS entries (message)
    WHERE feed = $1 AND stage <> 'refused'
    ORDER BY message -> 'entry' ->> 'id', submission_seq DESC
) AS newest
WHERE reporter = $2 AND message ->> 'status' <> 'withdrawn' AND message -> 'entry' ->> 'period' = ANY ($3::text[])
ORDER BY message -> 'entry' ->> 'id';

-- name: known_calls
SELECT DISTINCT message -> 'entry' ->> 'id' AS id
FROM ingestion.receipt CROSS JOIN LATERAL jsonb_array_elements(messages -> 'entries') AS entries (message)
WHERE stage <> 'refused'
  AND message -> 'entry' ->> 'register_name' = $1 AND message -> 'entry' ->> 'id' = ANY ($2::text[]);
