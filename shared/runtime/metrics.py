"""Every metric of every service, declared once with a sentence. Labels stay bounded: no territory, file or person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"vigie_{name}", text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"vigie_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(f"vigie_{name}", text, labels, registry=REGISTRY, buckets=buckets)


_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAITS = (1, 5, 15, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)

SUBMISSIONS_RECEIVED = _counter("submissions_received", "Files received, by feed and outcome.", "feed", "status")
OBSERVATIONS_ACCEPTED = _counter("observations_accepted", "Observations accepted, by feed.", "feed")
ENTRIES_ACCEPTED = _counter("entries_accepted", "Entries of registers accepted, by feed.", "feed")
OBSERVATIONS_REJECTED = _counter("observations_rejected", "Cells refused, by feed and error code.", "feed", "code")
SUBMISSION_SECONDS = _histogram(
    "submission_seconds", "From request to answer of a submission.", "feed", buckets=_SECONDS
)
MESSAGES_PUBLISHED = _counter("messages_published", "Messages of files that Kafka acknowledged, by topic.", "topic")
ATTEMPTS_NOT_KEPT = _counter(
    "attempts_not_kept", "Tries to send a file that left no row, as there were too many or no database.", "reason"
)
RECEIPTS_UNPUBLISHED = _gauge("receipts_unpublished", "Receipts accepted and not yet acknowledged by Kafka.")
RECEIPTS_REPUBLISHED = _counter("receipts_republished", "Receipts published again after a crash or an outage.")

BATCHES = _counter("aggregator_batches", "Batches of observations handled, by outcome.", "outcome")
VERSIONS_STORED = _counter("observation_versions_stored", "Observation versions written for the first time.")
VERSIONS_REPEATED = _counter("observation_versions_repeated", "Observation versions received again and skipped.")
ROLLUPS_PUBLISHED = _counter("rollups_published", "Rollups published.")
BATCH_SECONDS = _histogram("aggregator_batch_seconds", "From batch received to offsets committed.", buckets=_SECONDS)
CHECKS_EVALUATED = _counter("checks_evaluated", "Check evaluations, by kind and state.", "kind", "state")

DEAD_LETTERS = _counter("dead_letters", "Messages that could not be read, by consumer and topic.", "consumer", "topic")
CONSUMER_RETRIES = _counter("consumer_retries", "Batches given back for a later try, by consumer.", "consumer")
CONSUMER_LAG = _gauge("kafka_consumer_lag_messages", "Messages behind the end of the partition.", "topic", "partition")

TICKS = _counter("alerting_ticks", "Passes over lateness and pending judgements, by outcome.", "outcome")
LAST_EVALUATION = _gauge("alert_last_evaluation_timestamp_seconds", "When all rules were last evaluated.")
TRANSITIONS = _counter(
    "alert_transitions", "Committed transitions, by rule and states.", "rule", "from_state", "to_state"
)
NOTIFICATIONS_ENQUEUED = _counter(
    "notifications_enqueued", "Outbox rows written, by channel and kind.", "channel", "kind"
)
NOTIFICATIONS_SENT = _counter("notifications_delivered", "Messages that the channel confirmed.", "channel")
NOTIFICATIONS_FAILED = _counter(
    "notification_attempts_failed", "Failed attempts, by channel and reason.", "channel", "reason"
)
NOTIFICATIONS_UNCERTAIN = _counter(
    "notifications_uncertain",
    "Messages sent again with the same id because a crash hid the first outcome.",
    "channel",
)
NOTIFICATIONS_DEAD = _counter("notifications_dead_lettered", "Messages given up, by channel.", "channel")
NOTIFICATION_DELAY = _histogram(
    "notification_delivery_duration_seconds",
    "From outbox row to confirmation of the channel.",
    "channel",
    buckets=_WAITS,
)
