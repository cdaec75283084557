"""What crosses Kafka."""
