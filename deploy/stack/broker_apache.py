"""Apache Kafka itself, one node in KRaft mode: groups of several members, idempotent producers, data on disk.

Starting it again on the same `data` finds topics, records and committed offsets as they were, whether it was
stopped or killed.
"""

import asyncio
import base64
import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from deploy.stack.errors import NothingToRun, StackError
from deploy.stack.options import CHECKOUT
from deploy.stack.ports import Reservation
from deploy.stack.process import Child, spawn

POM = Path(__file__).with_name("apache") / "pom.xml"
CACHE = CHECKOUT / ".cache" / "kafka"
FOLDER = "kafka"
OLDEST_JAVA = 17
FETCH_SECONDS = 600.0
FORMAT_SECONDS = 60.0
READY_SECONDS = 60.0
COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # Maven colours even what it was told to leave plain

STORAGE = "storage"
"""Relative to the folder it runs in: its configuration file knows neither commas nor accents in a path."""

# A demo broker on a shared machine: little memory and a fast start, at the price of peak throughput.
JVM = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": f"{STORAGE}/records",
    # Elsewhere than the records: in one folder with them, a second broker started by mistake on the same data
    # would write to this log before it notices that the folder is locked.
    "metadata.log.dir": f"{STORAGE}/metadata",
    "auto.create.topics.enable": "false",
    "num.partitions": "4",
    # The defaults want three brokers.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "4",
    # The first member of a group does not wait three seconds for others.
    "group.initial.rebalance.delay.ms": "0",
    # After a kill, the controller refuses the new broker until the session of the dead one has ended: with the
    # default of nine seconds each restart would take twelve.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # The default of 128 MB is half of the heap.
    "log.cleaner.dedupe.buffer.size": str(8 * 1024 * 1024),
    "num.network.threads": "2",
    "num.io.threads": "4",
}


def start(data: Path, port: int, environment: Mapping[str, str], cache: Path = CACHE) -> Child:
    """Start Apache Kafka on 127.0.0.1:port; `await_ready` tells when it answers.

    The first start on a machine fetches the jars, and the first start on `data` makes its storage.
    """
    java = _java(environment)
    run = [java, *JVM, "-cp", str(fetch(environment, cache).resolve() / "*")]
    place = data.resolve() / FOLDER
    _format(run, place, environment)
    reservation = Reservation(("controller",))
    controller = reservation.ports["controller"]
    _write_settings(place, port, controller)
    reservation.release("controller")
    return spawn(
        "broker",
        [*run, "kafka.Kafka", "server.properties"],
        log=data / "logs" / "broker.log",
        environment={"MALLOC_ARENA_MAX": "2", **environment},
        cwd=place,
    )


def await_ready(child: Child, port: int, seconds: float = READY_SECONDS) -> None:
    """Wait until the broker has joined its own cluster and a client can see it."""
    # Its own thread: the caller may already run an event loop, as asynchronous tests do.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="broker-ready") as elsewhere:
        child.wait_until(
            lambda: elsewhere.submit(lambda: asyncio.run(_answers(port))).result(),
            seconds,
            f"an answer on port {port}",
        )


def forget(data: Path) -> None:
    """Remove all topics, records and offsets; the next start makes another cluster."""
    shutil.rmtree(data / FOLDER, ignore_errors=True)


def fetch(environment: Mapping[str, str], cache: Path = CACHE) -> Path:
    """Return the folder of the jars, after asking Maven for them unless they are there already."""
    pom = POM.read_text(encoding="utf-8")
    found = re.search(r"<kafka\.version>([^<]+)</kafka\.version>", pom)
    if found is None:
        raise StackError(f"{POM} has no property kafka.version: restore it from the repository.")
    version = found.group(1)
    jars = cache / version
    marker = jars / "complete"
    wanted = hashlib.sha256(pom.encode()).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two stacks of one checkout may start together
        if marker.is_file() and marker.read_text().strip() == wanted:
            return jars
        shutil.rmtree(jars, ignore_errors=True)
        _download(version, jars, environment)
        marker.write_text(f"{wanted}\n")  # last: without it, a download cut short is done again
    return jars


def _download(version: str, jars: Path, environment: Mapping[str, str]) -> None:
    maven = shutil.which("mvn", path=environment.get("PATH"))
    if maven is None:
        raise NothingToRun(
            f"Apache Kafka {version} is fetched by Maven, and there is no mvn in PATH. "
            "Install it (Debian: apt-get install maven), or use the embedded broker."
        )
    print(f"Fetching Apache Kafka {version} with Maven: 44 MB, once.", file=sys.stderr, flush=True)
    # --update-snapshots: Maven otherwise remembers for a day that a download failed.
    options = ["--batch-mode", "--quiet", "--strict-checksums", "--update-snapshots", "-Dstyle.color=never"]
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars.resolve()}"]
    _finish(
        [maven, *options, f"--file={POM}", *goal],
        POM.parent,
        environment,
        FETCH_SECONDS,
        f"Maven could not fetch Apache Kafka {version}; starting again goes on where it stopped",
    )


def _java(environment: Mapping[str, str]) -> str:
    """Return a Java that Kafka accepts: that of JAVA_HOME, or else the one in PATH."""
    home = environment.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environment.get("PATH"))
    advice = (
        f"Apache Kafka needs Java {OLDEST_JAVA} or later "
        "(Debian: apt-get install openjdk-17-jre-headless), or use the embedded broker."
    )
    if java is None:
        raise NothingToRun(f"There is no java in PATH. {advice}")
    try:
        said = subprocess.run(
            [java, "-version"], env=dict(environment), check=False, capture_output=True, text=True
        ).stderr
    except OSError as failure:
        raise NothingToRun(f"{java} cannot be run: {failure.strerror}. {advice}") from failure
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found.group(1)) < OLDEST_JAVA:
        raise NothingToRun(f"{java} is {found.group(0) if found else 'of an unknown version'}. {advice}")
    return java


def _format(run: Sequence[str], place: Path, environment: Mapping[str, str]) -> None:
    """Make the storage of a new cluster, unless there is one."""
    if (place / STORAGE).exists():
        return
    draft = place / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _write_settings(draft, 1, 2)  # formatting listens nowhere and keeps no port
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    _finish(
        [*run, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config=server.properties"],
        draft,
        environment,
        FORMAT_SECONDS,
        f"Apache Kafka could not make its storage in {draft}",
    )
    (draft / STORAGE).rename(place / STORAGE)  # last: a storage that is there is whole
    shutil.rmtree(draft, ignore_errors=True)


def _write_settings(place: Path, port: int, controller: int) -> None:
    """Write the configuration: the ports may change from one start to the next, the storage keeps neither.

    The voters are static for that reason: `format --standalone` would write the controller's port into the
    storage.
    """
    client = f"PLAINTEXT://127.0.0.1:{port}"
    settings = {
        **SETTINGS,
        "listeners": f"{client},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": client,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
    }
    lines = [f"{key}={value}\n" for key, value in settings.items()]
    (place / "server.properties").write_text("".join(lines), encoding="ascii")


def _finish(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float, failure: str) -> None:
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as slow:
        raise StackError(f"{failure} (not done after {seconds:g} s).") from slow
    if done.returncode != 0:
        said = COLOUR.sub("", done.stdout).splitlines()
        last = "\n".join(deque((line for line in said if line.strip()), maxlen=12))
        raise StackError(f"{failure} (code {done.returncode}). It said:\n{last}")


async def _answers(port: int) -> bool:
    """Tell whether a client learns from this port of a broker on this port."""
    from aiokafka.admin import AIOKafkaAdminClient
    from aiokafka.errors import KafkaError

    try:  # aiokafka logs an error for each refused connection
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    client = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=5000)
    try:
        await client.start()
        described = await client.describe_cluster()
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()
    return any(broker["port"] == port for broker in described["brokers"])
