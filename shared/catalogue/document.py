"""YAML files: named lists of entries, every value with its line.

The text is composed into nodes, not loaded: nodes keep their lines, and scalars stay as people wrote them
("0.90" is not a float, "2020" not an integer); the models of the domain decide what they are.
"""

from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, read_text

_DEEPEST = 8
_NULL = "tag:yaml.org,2002:null"


def read_document(path: Path, sections: tuple[str, ...], faults: list[Fault]) -> dict[str, list[Record]] | None:
    """The entries of each section of a file; None, with the reason in `faults`, when it cannot be used."""
    text = read_text(path, faults)
    if text is None:
        return None
    file = path.as_posix()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        faults.append(Fault(file, line, "", "holds a control character; remove it"))
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.append(Fault(file, line, "", f"is not YAML: {error.problem}"))
        return None
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault(file, 1, "", f"should hold {' and '.join(sections)}, each a list"))
        return None
    found: dict[str, list[Record]] = {}
    for key, node in root.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name not in sections:
            faults.append(Fault(file, line, name, f"unknown section; expected {', '.join(sections)}"))
        elif name in found:
            faults.append(Fault(file, line, name, "this section is there twice"))
        else:
            found[name] = _entries(file, name, node, faults)
    faults.extend(Fault(file, 1, name, "this section is missing") for name in sections if name not in found)
    return found


def _entries(file: str, section: str, node: yaml.Node, faults: list[Fault]) -> list[Record]:
    """One record per item of a section."""
    if not isinstance(node, yaml.SequenceNode):
        faults.append(Fault(file, node.start_mark.line + 1, section, "should be a list"))
        return []
    records = []
    for item in node.value:
        line = item.start_mark.line + 1
        if isinstance(item, yaml.MappingNode):
            record = Record(file, line, {}, {})
            record.values.update(_plain(item, "", record, faults))
            records.append(record)
        else:
            faults.append(Fault(file, line, section, "each item should be a mapping, such as `- code: …`"))
    return records


def _plain(node: yaml.Node, path: str, record: Record, faults: list[Fault]) -> Any:
    """A node as text, list or dict; fills the record's lines on the way, reports repeated keys."""
    if isinstance(node, yaml.SequenceNode):
        return [_at(item, f"{path}.{index}", record, faults) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key, item in node.value:
            name = str(key.value)
            here = f"{path}.{name}" if path else name
            if name in values:
                faults.append(Fault(record.file, key.start_mark.line + 1, here, "this key is there twice"))
            value = _at(item, here, record, faults)
            if value not in (None, ""):
                values[name] = value
        return values
    return None if node.tag == _NULL else str(node.value).strip()


def _at(node: yaml.Node, path: str, record: Record, faults: list[Fault]) -> Any:
    """The same, noting where the node starts. An alias inside its own anchor would never end."""
    record.lines[path] = node.start_mark.line + 1
    if path.count(".") > _DEEPEST:
        faults.append(record.fault(path, "is nested too deeply"))
        return None
    return _plain(node, path, record, faults)
