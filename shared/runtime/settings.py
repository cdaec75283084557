"""The only reader of the environment. Every setting stands in .env.example with its default."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set, as VIGIE_<NAME>. Rules, targets and due dates are data, not settings."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_", extra="ignore")

    database_url: SecretStr = Field(
        SecretStr("postgresql://vigie@127.0.0.1:5432/vigie"), description="PostgreSQL, as a URL"
    )
    kafka_bootstrap_servers: str = Field("127.0.0.1:9092", description="Kafka brokers, host:port,host:port")
    kafka_idempotence: bool = Field(
        default=True, description="Idempotent producer; false on the embedded broker, which has none"
    )
    kafka_fetch_max_wait_ms: int = Field(50, description="How long a fetch may wait for data")
    kafka_prefix: str = Field("", description="Put before topic and group names, to share a cluster")
    clock: str = Field("system", description="system, or file:PATH holding one ISO instant")
    log_format: str = Field("json", description="json or console")
    public_url: str = Field("http://127.0.0.1:8000", description="Address of the pages, used in mails")
    ingestion_url: str = Field("http://127.0.0.1:8001", description="Where the dashboard forwards deposits")
    alerting_url: str = Field("http://127.0.0.1:8003", description="Where the dashboard forwards acknowledgements")
    smtp_host: str = Field("127.0.0.1", description="Mail relay")
    smtp_port: int = Field(1025, description="Mail relay port")
    smtp_username: str = Field("", description="Mail relay account; empty for none")
    smtp_password: SecretStr = Field(SecretStr(""), description="Mail relay password")
    smtp_starttls: bool = Field(default=False, description="Use STARTTLS with the mail relay")
    mail_from: str = Field("vigie@vigie.example", description="Sender of every mail")
    max_upload_bytes: int = Field(32_000_000, description="Largest file accepted")
    max_rows: int = Field(200_000, description="Most rows of a sheet, and most figures of a file")
    max_columns: int = Field(1_000, description="Most columns of a sheet")
    max_sheets: int = Field(50, description="Most sheets of a workbook")
    max_cells: int = Field(5_000_000, description="Most cells of a file")
    upload_seconds: float = Field(60.0, description="A file that takes longer to arrive is refused")
    submissions_per_minute: int = Field(
        120, description="Submissions and dry runs of one token in a minute; 0: no limit"
    )
    bytes_per_hour: int = Field(500_000_000, description="Bytes that one token may send in an hour; 0: no limit")
    receipt_keys: SecretStr = Field(
        SecretStr(""), description="Keys that seal receipts, key,older: the first seals, all verify; empty: no seal"
    )
    feeds_dir: Path | None = Field(None, description="Feeds of one's own, beside those that come with Vigie")
    parse_memory_bytes: int = Field(1_500_000_000, description="Memory limit of the process that reads a file")
    parse_seconds: int = Field(60, description="Time limit of the process that reads and judges a file")
    republish_seconds: float = Field(60.0, description="How often receipts left in 'received' are published again")
    tick_seconds: float = Field(1.0, description="How often alerting looks at lateness and pending judgements")
    judge_after_seconds: float = Field(
        30.0, description="A submission still incomplete after this long is judged as it stands"
    )
    exporter_seconds: float = Field(15.0, description="How often the figures of /metrics/business are read again")
    delivery_lease_seconds: float = Field(
        60.0, description="A message whose outcome is still unknown after this long is sent again with the same id"
    )
    dead_letter_limit: int = Field(100, description="Dead letters in a row after which a consumer stops")
    fault_file: Path | None = Field(None, description="Tests only: a file that names the point at which to die")
    catalogue_dir: Path = Field(Path("deploy/catalogue"), description="Reference data for `vigie catalogue`")


@cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
