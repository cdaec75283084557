-- A receipt with the bytes of its file: the only query that reads them.
-- name: original
SELECT id, feed, reporter, period, file_name, media_type, sha256, content, received_at, accepted, rejected, nil_return,
       repairs, errors, seal
FROM ingestion.receipt
WHERE id = $1;
