"""The four services: ingestion, aggregator, alerting, dashboard."""
