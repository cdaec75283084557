-- name: enqueue
INSERT INTO alerting.notification (id, alert_id, seq, kind, recipient, channel, address, status, subject, body_text,
                                   body_html, message_id, simulated, created_at, enqueued_at, next_attempt_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10, $11, $12, $13, $14, $14)
ON CONFLICT (id) DO NOTHING;

-- The first unsettled row of each (alert, recipient, channel) that is due. A claim moves next_attempt_at to the end of its
-- lease, so that a row left in mid-send comes back by itself, through the same index. All instants are real time. $1 channel, $2 now, $3 end of the lease, $4 who claims.
-- name: claim
WITH head AS (
    SELECT n.id, n.status AS status_before
    FROM alerting.notification n
    WHERE n.channel = $1
      AND n.status IN ('pending', 'sending')
      AND n.next_attempt_at <= $2
      AND NOT EXISTS (
          SELECT FROM alerting.notification before
          WHERE before.alert_id = n.alert_id AND before.channel = n.channel AND before.recipient = n.recipient
            AND before.seq < n.seq AND before.status IN ('pending', 'sending'))
    ORDER BY n.next_attempt_at, n.seq, n.id
    LIMIT 1
    FOR UPDATE OF n SKIP LOCKED
)
UPDATE alerting.notification n
SET status = 'sending', next_attempt_at = $3, lease_until = $3, lease_owner = $4, attempts = n.attempts + 1
FROM head, alerting.alert a
WHERE n.id = head.id AND a.id = n.alert_id
RETURNING n.id, n.alert_id, n.kind, n.recipient, n.channel, n.address, n.subject, n.body_text, n.body_html, n.message_id,
          n.simulated, n.created_at, n.enqueued_at, n.attempts, a.alert_key,
          head.status_before = 'sending' AS uncertain,
          (SELECT first.message_id FROM alerting.notification first
           WHERE first.alert_id = n.alert_id AND first.channel = n.channel AND first.recipient = n.recipient
           ORDER BY first.seq LIMIT 1) AS thread_id;

-- The lease owner is checked: a worker that lost its lease records nothing over the one that took it.
-- name: mark_sent
UPDATE alerting.notification
SET status = 'sent', sent_at = $3, lease_until = NULL, lease_owner = NULL, last_error = NULL
WHERE id = $1 AND lease_owner = $2;

-- name: mark_retry
UPDATE alerting.notification
SET status = 'pending', next_attempt_at = $3, lease_until = NULL, lease_owner = NULL, last_error = $4
WHERE id = $1 AND lease_owner = $2;

-- name: mark_dead
UPDATE alerting.notification
SET status = 'dead', lease_until = NULL, lease_owner = NULL, last_error = $3
WHERE id = $1 AND lease_owner = $2;
