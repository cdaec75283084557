-- name: record_attempt
INSERT INTO ingestion.attempt (at, token_id, feed, reporter, period, dry_run, size_bytes, sha256, code, outcome, receipt_id, noticed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- The try that has to grow old before another fits; none while there are fewer.
-- name: minute_full_since
SELECT noticed_at
FROM ingestion.attempt
WHERE token_id = $1 AND noticed_at > $2 AND code < 500 AND code <> 429
ORDER BY noticed_at DESC
OFFSET $3 LIMIT 1;

-- name: bytes_since
SELECT coalesce(sum(size_bytes), 0) FROM ingestion.attempt WHERE token_id = $1 AND noticed_at > $2 AND code < 500 AND code <> 429;

-- The newest try with which those after it no longer leave room.
-- name: hour_full_since
SELECT noticed_at
FROM (
    SELECT noticed_at, sum(size_bytes) OVER (ORDER BY noticed_at DESC, id DESC) AS sent
    FROM ingestion.attempt
    WHERE token_id = $1 AND noticed_at > $2 AND code < 500 AND code <> 429
) AS counted
WHERE sent > $3
ORDER BY noticed_at DESC
LIMIT 1;

-- name: list_attempts
SELECT id, at, token_id, feed, reporter, period, dry_run, size_bytes, sha256, code, outcome, receipt_id
FROM ingestion.attempt
WHERE ($1::text IS NULL OR token_id = $1)
  AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
  AND ($4::text IS NULL OR feed = $4) AND ($5::text IS NULL OR outcome = $5)
  AND ($6::bigint IS NULL OR id < $6)
ORDER BY id DESC
LIMIT $7;

-- name: prune_attempts
WITH gone AS (
    DELETE FROM ingestion.attempt WHERE at < $1 RETURNING id
)
SELECT count(*) FROM gone;
