"""A YAML declaration as plain values, each with its line, so that a fault can say where to put the cursor."""

from pathlib import Path
from typing import Any

import yaml

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, read_text

_DEEPEST = 6


def read_declaration(path: Path, faults: list[Fault]) -> Record | None:
    """What a file declares; None, with the reason in `faults`, when it cannot be used."""
    text = read_text(path, faults)
    if text is None:
        return None
    file = path.as_posix()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.append(
            Fault(file, line, "", f"is not YAML: {error.problem}; quote texts that hold : , [ ] {{ }} # or %")
        )
        return None
    except yaml.YAMLError:
        faults.append(Fault(file, 1, "", "is not YAML: it holds a control character; remove it"))
        return None
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault(file, 1, "", "should be one mapping: name, title, shape, columns…"))
        return None
    record = Record(file, 1, {}, {})
    record.values.update(_mapping(root, "", record, faults))
    return record


def _mapping(node: yaml.MappingNode, path: str, record: Record, faults: list[Fault]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, item in node.value:
        name = str(key.value)
        here = f"{path}.{name}" if path else name
        record.lines.setdefault(here, key.start_mark.line + 1)
        if name in values:
            faults.append(Fault(record.file, key.start_mark.line + 1, here, "is there twice; keep one"))
        values[name] = _plain(item, here, record, faults)
    return values


def _plain(node: yaml.Node, path: str, record: Record, faults: list[Fault]) -> Any:
    record.lines.setdefault(path, node.start_mark.line + 1)
    if path.count(".") > _DEEPEST:  # an alias inside its own anchor would never end
        faults.append(record.fault(path, "is nested too deeply"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, record, faults)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}.{index}", record, faults) for index, item in enumerate(node.value)]
    return str(node.value).strip()
