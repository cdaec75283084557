-- name: create_token
INSERT INTO platform.token (id, hash, label, role, territories, feeds, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: identify
SELECT id, label, role, territories, feeds FROM platform.token WHERE hash = $1 AND revoked_at IS NULL;

-- name: list_tokens
SELECT id, label, role, territories, feeds, created_at, revoked_at FROM platform.token ORDER BY created_at, id;

-- name: revoke_token
UPDATE platform.token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id;

-- name: file_dead_letter
INSERT INTO platform.dead_letter (id, topic, partition, "offset", key, value, reason, consumer, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO NOTHING
RETURNING id;

-- name: list_dead_letters
SELECT id, topic, partition, "offset", key, value, reason, consumer, recorded_at, replayed_at
FROM platform.dead_letter
ORDER BY recorded_at, id;

-- name: mark_replayed
UPDATE platform.dead_letter SET replayed_at = $2 WHERE id = $1;
