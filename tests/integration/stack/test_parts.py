"""Broker, database and mailbox: clients connect with what `stack.environment` says."""

import smtplib
from email.message import EmailMessage

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.stack.stack import Stack


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "vigie@vigie.example", "commissaire@occitanie.example"
    message["Subject"], message["Message-ID"] = subject, "<alert-1@vigie.example>"
    message["X-Vigie-Alert"] = "A1"
    message.set_content("L'Hérault n'a pas répondu : http://127.0.0.1/alertes/1")
    message.add_alternative("<p>L'Hérault n'a <b>pas</b> répondu</p><script>alert(1)</script>", subtype="html")
    return message


def send(stack: Stack, message: EmailMessage) -> None:
    environment = stack.environment
    with smtplib.SMTP(environment["VIGIE_SMTP_HOST"], int(environment["VIGIE_SMTP_PORT"])) as relay:
        relay.send_message(message)


async def test_database_keeps_what_it_is_given_and_knows_french_letters(stack: Stack):
    connection = await asyncpg.connect(stack.environment["VIGIE_DATABASE_URL"])
    try:
        await connection.execute("CREATE TABLE seen (name text)")
        await connection.execute("INSERT INTO seen VALUES (lower('HÉRAULT'))")
        assert await connection.fetchval("SELECT name FROM seen") == "hérault"
    finally:
        await connection.close()


async def test_database_asks_for_its_password(stack: Stack):
    url = stack.environment["VIGIE_DATABASE_URL"].replace(stack.postgres.password, "guess")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url)


async def test_broker_gives_back_what_was_sent(stack: Stack):
    servers = stack.environment["VIGIE_KAFKA_BOOTSTRAP_SERVERS"]
    assert stack.environment["VIGIE_KAFKA_IDEMPOTENCE"] == "false"
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all") as producer:
        sent = await producer.send_and_wait("stack-test", b"17940581", key=b"FAM-01")
    async with AIOKafkaConsumer(bootstrap_servers=servers, fetch_max_wait_ms=50) as consumer:
        partition = TopicPartition("stack-test", sent.partition)
        consumer.assign([partition])
        consumer.seek(partition, sent.offset)
        received = await consumer.getone()
    assert (received.key, received.value) == (b"FAM-01", b"17940581")


def test_mail_is_kept_with_its_headers_and_both_bodies(stack: Stack):
    send(stack, mail("Retard : Hérault"))
    newest = httpx.get(f"{stack.urls['mailbox']}/messages").json()[0]
    assert newest["subject"] == "Retard : Hérault"
    assert newest["to"] == "commissaire@occitanie.example"
    assert newest["message_id"] == "<alert-1@vigie.example>"
    assert newest["headers"]["X-Vigie-Alert"] == "A1"
    assert "n'a pas répondu" in newest["text"]
    assert "<b>pas</b>" in newest["html"]
    assert list((stack.data / "mails").glob("*.eml"))


def test_page_lists_the_mail_and_confines_its_html(stack: Stack):
    send(stack, mail("<i>Retard</i>"))
    base = stack.urls["mailbox"]
    newest = httpx.get(f"{base}/messages").json()[0]["id"]
    listing = httpx.get(base).text
    assert "Boîte aux lettres de démonstration" in listing
    assert "n'ont été envoyés à personne" in listing
    assert "&lt;i&gt;Retard&lt;/i&gt;" in listing
    page = httpx.get(f"{base}/messages/{newest}").text
    assert "<script>" not in page
    assert 'sandbox="allow-popups' in page
    body = httpx.get(f"{base}/messages/{newest}/html")
    assert body.headers["content-security-policy"].startswith("sandbox allow-popups")
    assert httpx.get(f"{base}/messages/999999").status_code == 404


def test_deliveries_fail_on_demand_and_then_succeed(stack: Stack):
    httpx.post(f"{stack.urls['mailbox']}/fail", params={"code": 451, "times": 2}).raise_for_status()
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(stack, mail("refusé"))
        assert refused.value.smtp_code == 451
    send(stack, mail("accepté"))
    subjects = [each["subject"] for each in httpx.get(f"{stack.urls['mailbox']}/messages").json()]
    assert subjects[0] == "accepté"
    assert "refusé" not in subjects


def test_mails_survive_a_restart_of_the_mailbox(stack: Stack):
    send(stack, mail("avant"))
    stack.restart("mailbox")
    assert httpx.get(f"{stack.urls['mailbox']}/messages").json()[0]["subject"] == "avant"


async def test_database_comes_back_after_a_crash(stack: Stack):
    connection = await asyncpg.connect(stack.environment["VIGIE_DATABASE_URL"])
    await connection.execute("CREATE TABLE before_crash (n int)")
    stack.kill("postgres")
    stack.restart("postgres")
    connection.terminate()
    again = await asyncpg.connect(stack.environment["VIGIE_DATABASE_URL"])
    assert await again.fetchval("SELECT count(*) FROM before_crash") == 0
    await again.close()
    stack.check()
