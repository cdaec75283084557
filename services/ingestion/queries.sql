-- Files of several reporters go in side by side; one that replaces a report waits for them, and they for it.
-- name: take_feed
SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 1));

-- name: take_feed_alone
SELECT pg_advisory_xact_lock(hashtextextended($1, 1));

-- Held until the end of the transaction: files of one reporter for one feed are taken in one after the other.
-- name: take_turn
SELECT pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: mark_published
UPDATE ingestion.receipt SET stage = 'published', published_at = $2 WHERE id = $1 AND stage = 'received';

-- name: receipt
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, sha256, size_bytes, received_at,
       published_at, stage, status, accepted, unchanged, rejected, withdrawn, nil_return, simulated, mode, repairs, errors,
       accepted_sha256, seal
FROM ingestion.receipt
WHERE id = $1;

-- name: messages
SELECT id, submission_seq, messages FROM ingestion.receipt WHERE id = $1;

-- name: figures
SELECT indicator, definition_version, territory, period, source, basis, value, numerator, denominator, status, qualifier,
       sheet, row_number, column_name
FROM ingestion.figure
WHERE submission_seq = $1
ORDER BY position;

-- The oldest receipt still to be published that nobody is publishing; the lock lasts until the end of the transaction.
-- name: claim_unpublished
SELECT id, submission_seq, messages
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
LIMIT 1;
