"""An office that sends files to ingestion: a client, tokens by name, and what reaches the topics."""

import asyncio
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from shared.contracts.observation import ObservationReported
from shared.contracts.submission import SubmissionAccepted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASE_HEADER = (
    "Département;Jeunes devenus majeurs;Pris en charge dans le référentiel;Travailleur social choisi;"
    "Logement stable;Ressources financières;Études ou emploi"
)


@dataclass
class Office:
    app: FastAPI
    client: httpx.AsyncClient
    connection: asyncpg.Connection
    tokens: dict[str, str]
    observations: list[ObservationReported]
    submissions: list[SubmissionAccepted]

    async def send(
        self,
        feed: str,
        content: bytes | str,
        token: str = "DEPT-31",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        body = content.encode() if isinstance(content, str) else content
        bearer = {"Authorization": f"Bearer {self.tokens.get(token, token)}"} if token else {}
        return await self.client.post(
            f"/v1/feeds/{feed}/submissions", content=body, params=query, headers={**bearer, **(headers or {})}
        )

    def bearer(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[token]}"}

    async def state(self) -> tuple[int, int, int, int]:
        """What must not move when nothing was accepted: receipts accepted, and messages heard."""
        await asyncio.sleep(0.25)  # what was published before has to be heard before it is counted
        rows = await self.connection.fetchval("SELECT count(*) FROM ingestion.receipt WHERE stage <> 'refused'")
        kept = await self.connection.fetchval("SELECT count(*) FROM ingestion.receipt WHERE content IS NOT NULL")
        return rows, kept, len(self.observations), len(self.submissions)


def ase(*rows: str) -> str:
    return "\n".join((ASE_HEADER, *rows)) + "\n"


def far_corner_workbook() -> bytes:
    """Some kilobytes that stand for seventeen thousand million cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
        '<sheet name="Feuil1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()
