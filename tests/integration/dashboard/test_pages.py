"""The pages as people read them: key texts, honest silences, fragments, and a form that is only forwarded."""

import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from tests.conftest import World
from tests.integration.dashboard.conftest import Dashboard
from tests.integration.dashboard.seed import AMOUNT, FRAMEWORK

REGION = f"/territoires/REG-76?indicateur={FRAMEWORK}"
INDICATOR = f"/indicateurs/{FRAMEWORK}?periode=2020"
EXPLANATION = f"/explication?indicateur={FRAMEWORK}&territoire=REG-76&periode=2020"
PAGES = [
    REGION, INDICATOR, EXPLANATION, "/territoires/DEPT-31", "/territoires/NAT-FR", "/territoires/REG-01", "/alertes",
    "/alertes/alr-66", "/remontees",
]  # fmt: skip


def words(html: str) -> str:
    """What is read, with plain spaces."""
    text = re.sub(r"<(script|style|title|defs)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text)).replace(" ,", ",")


def page(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_door_leads_to_the_region_where_most_happens(client: httpx.Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/territoires/REG-76")


def test_a_region_leads_with_its_figure_its_coverage_and_who_is_missing(client: httpx.Client) -> None:
    text = words(page(client, REGION))
    for expected in (
        "31,2 %", "945 sur 3 030", "12 départements sur 13, manque : Lozère", "Sous la cible", "17 940 581 €",
        "Délais RSA", "3 alertes ouvertes", "21 sur 26 remontées reçues", "5 en retard", "1 contrôle en doute",
        "Reçue en retard",
        "Logement stable : pas plus que de jeunes du référentiel", "Ce que Vigie sait le 2 avril 2021 à 9 h 05",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_map_shows_each_department_with_state_value_and_name(client: httpx.Client) -> None:
    html = page(client, REGION)
    departments = re.findall(r'class="dep (\w+)"\s+aria-label="([^"]+)"', html)
    assert len(departments) == 13
    states = {label.split(" :")[0]: state for state, label in departments}
    assert states["Lozère"] == "late"
    assert states["Lot"] == "in_doubt"
    assert states["Aveyron"] == "good"
    assert states["Gard"] == "behind"
    assert any("Lozère : —, en retard" in label for _, label in departments)


def test_silence_is_never_green(client: httpx.Client) -> None:
    html = page(client, f"/territoires/REG-76?indicateur={AMOUNT}")
    assert len(re.findall(r'class="dep unknown"', html)) == 13
    assert 'class="dep good"' not in html


def test_a_declared_figure_is_said_to_be_declared_with_coverage_unknown(client: httpx.Client) -> None:
    text = words(page(client, f"/territoires/REG-76?indicateur={AMOUNT}&periode=2019"))
    assert "chiffre déclaré, complétude inconnue" in text
    assert "déclaré" in text


def test_an_indicator_compares_departments_and_shows_the_declared_figure(client: httpx.Client) -> None:
    html = page(client, INDICATOR)
    text = words(html)
    for expected in (
        "31,2 %", "manque : Lozère", "au moins 35,0 %", "minimum 27,1 %, médiane 31,6 %, maximum 43,8 %",
        "identique au nôtre, à l'arrondi près", "D'où vient ce chiffre ?", "un contrôle de cohérence échoue",
        "remontée attendue, échéance passée", "Télécharger (CSV)",
    ):  # fmt: skip
        assert expected in text, expected
    assert len(re.findall(r'class="bar \w+"', html)) == 13
    assert len(re.findall(r'class="target-mark"', html)) == 14
    rows = re.findall(r'<tr id="(DEPT-\w+)"', page(client, INDICATOR + "&tri=valeur"))
    assert (rows[0], rows[-1]) == ("DEPT-82", "DEPT-48")


def test_an_explanation_names_files_cells_absences_and_what_is_declared(client: httpx.Client) -> None:
    text = words(page(client, EXPLANATION))
    for expected in (
        "ase_09_2020.xlsx", "feuille « Feuil1 », ligne 2, colonne « accompagnés »", "rcp-09", "Rien reçu",
        "bilan_2021.csv", "redonnent ce chiffre", "Calculé par Vigie",
    ):  # fmt: skip
        assert expected in text, expected


def test_explaining_a_silence_says_that_it_is_no_zero(client: httpx.Client) -> None:
    text = words(page(client, EXPLANATION.replace("REG-76", "DEPT-48")))
    assert "Un vide n'est pas un zéro" in text


def test_alerts_are_told_with_their_story_and_never_an_address(client: httpx.Client) -> None:
    listed = words(page(client, "/alertes"))
    assert "Ouvertes (3)" in listed
    assert "J. Roux, d'ici le 15 mai 2021" in listed
    assert "Retirée" in listed
    html = page(client, "/alertes/alr-66")
    story = words(html)
    assert "30,0 % pour une cible d'au moins 35,0 % (écart −5,0 points)" in story
    assert "Courriel à Commissaire, Occitanie : « Cible non atteinte : Pyrénées-Orientales »" in story
    assert "@occitanie.example" not in html


@pytest.mark.parametrize("path", [REGION, INDICATOR, EXPLANATION, "/alertes", "/alertes/alr-66", "/remontees"])
def test_what_is_simulated_says_so_wherever_it_is_shown(client: httpx.Client, path: str) -> None:
    html = page(client, path)
    assert "Données simulées." in words(html)
    assert 'class="tag simulated-tag"' in html


def test_a_page_without_simulated_data_has_no_banner(client: httpx.Client) -> None:
    assert "Données simulées" not in page(client, "/territoires/REG-01")


class Accessible(HTMLParser):
    """Collects what RGAA asks of every page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.captions = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if "style" in found or any(name.startswith("on") for name in found):
            self.faults.append(f"inline style or script on {tag}")
        if tag == "svg" and not ({"aria-hidden", "aria-labelledby", "aria-label"} & set(found)):
            self.faults.append("an image that neither hides nor names itself")
        if tag == "th" and "scope" not in found:
            self.faults.append("a header cell without scope")
        for name in ("src", "href", "action"):
            if (found.get(name) or "").startswith(("http:", "https:", "//")):
                self.faults.append(f"another host: {found[name]}")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_landmarks_captions_labels_and_calls_no_other_host(client: httpx.Client, path: str) -> None:
    html = page(client, path)
    parser = Accessible()
    parser.feed(html)
    assert parser.faults == []
    assert len(parser.ids) == len(set(parser.ids))
    assert parser.tags.count("h1") == parser.tags.count("main") == parser.tags.count("footer") == 1
    assert parser.tags.count("table") == parser.tags.count("caption")
    assert '<html lang="fr">' in html
    assert 'href="#contenu"' in html
    for field in re.findall(r"<(?:input|select|textarea) id=\"(\w+)\"", html):
        assert f'for="{field}"' in html
    assert client.get(path).headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: httpx.Client, path: str) -> None:
    targets = set(re.findall(r'href="(/[^"#]*)', page(client, path)))
    for target in sorted(targets)[:80]:
        assert client.get(target.replace("&amp;", "&")).status_code in {200, 307}, target


@pytest.mark.parametrize("path", [REGION, INDICATOR, "/alertes", "/alertes/alr-66", "/remontees"])
def test_each_section_can_be_read_again_alone_and_is_the_same(client: httpx.Client, path: str) -> None:
    whole = page(client, path)
    names = re.findall(r'data-fragment="(\w+)"', whole)
    assert names
    for name in names:
        alone = page(client, f"{path}{'&' if '?' in path else '?'}fragment={name}")
        assert alone.strip().startswith("<section")
        assert re.sub(r"\s+", "", alone) in re.sub(r"\s+", "", whole)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/territoires/REG-99", 404), ("/alertes/rien", 404), ("/territoires/76", 400), ("/rien", 404),
     (f"/indicateurs/{FRAMEWORK}?periode=mars", 400), (REGION + "&fragment=rien", 404)],
)  # fmt: skip
def test_a_browser_is_told_in_french_what_is_wrong(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert "Revenir à l'accueil" in answer.text


class Alerting(BaseHTTPRequestHandler):
    """Stands for the alerting service: keeps what it was sent."""

    received: list[dict[str, Any]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.received.append({"path": self.path, "token": self.headers["authorization"], **body})
        status = 200 if self.headers["authorization"] == "Bearer vigie_good" else 403
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def forwarding(seeded: World, tmp_path: Any) -> Iterator[Dashboard]:
    Alerting.received.clear()
    server = HTTPServer(("127.0.0.1", 0), Alerting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    running = Dashboard(
        {**seeded.environment, "VIGIE_ALERTING_URL": f"http://127.0.0.1:{server.server_port}"}, tmp_path / "log"
    )
    try:
        running.await_ready()
        yield running
    finally:
        running.stop()
        server.shutdown()
        server.server_close()


FORM = {"jeton": "vigie_good", "responsable": "A. Vidal", "motif": "courrier envoyé", "echeance": "2021-05-03"}


def test_taking_charge_is_forwarded_with_the_persons_token_which_stays_nowhere(forwarding: Dashboard) -> None:
    address = f"{forwarding.url}/alertes/alr-66/prise-en-charge"
    taken = httpx.post(address, data=FORM)
    assert (taken.status_code, taken.headers["location"]) == (303, "/alertes/alr-66?fait=oui")
    assert Alerting.received == [
        {
            "path": "/v1/alerts/alr-66/ack", "token": "Bearer vigie_good", "owner": "A. Vidal",
            "reason": "courrier envoyé", "commitment_date": "2021-05-03",
        }
    ]  # fmt: skip
    refused = httpx.post(address, data={**FORM, "jeton": "vigie_secret_of_someone"})
    assert refused.status_code == 422
    assert "ce jeton ne permet pas" in words(refused.text)
    assert "vigie_secret_of_someone" not in refused.text + forwarding.log.read_text()


def test_alerting_away_is_said(client: httpx.Client) -> None:
    answer = client.post("/alertes/alr-66/prise-en-charge", data=FORM)
    assert answer.status_code == 422
    assert "ne répond pas" in answer.text
