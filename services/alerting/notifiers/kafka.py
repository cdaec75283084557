"""Transitions on vigie-alerts-v1, for whoever follows. The key is the alert's, so that its order is kept."""

from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from services.alerting.notifiers.notifier import NotSentError, Outgoing
from shared.contracts.topics import ALERTS
from shared.runtime.broker import publish_all


class KafkaNotifier:
    """Publishes and waits until all replicas have it."""

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker

    async def send(self, message: Outgoing) -> None:
        """Publish one transition; raises NotSentError, always retryable: Kafka comes back."""
        try:
            await publish_all(self._broker, ALERTS, [(message.alert_key, message.body_text.encode())])
        except (KafkaError, OSError, TimeoutError) as error:
            raise NotSentError("kafka_away", repr(error), retryable=True) from error
