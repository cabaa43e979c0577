"""Docstrings in Google style: their parser and serializer."""

import re
from collections.abc import Mapping

# The order of the sections.
ORDER = ("", "Args", "Attributes", "Returns", "Yields", "Raises", "Source")


def sections_of(text: str) -> dict[str, str]:
    """Parse a docstring into sections; the text before the first section has the name ""."""
    found = {"": text}
    for name in reversed(ORDER[1:]):
        marker = re.search(rf"(?:^|\n\n){name}:[ \n]", found[""])
        if marker:
            found[name] = found[""][marker.end() :].strip("\n")
            found[""] = found[""][: marker.start()]
    return found


def entries_of(text: str) -> dict[str, str]:
    """Parse a section into its entries, by their names."""
    entries = re.split(r"^(?=    \S)", text, flags=re.MULTILINE)
    return {entry.partition(":")[0].strip(): entry.rstrip() for entry in entries if entry.strip()}


def serialize(sections: Mapping[str, str]) -> str:
    """Write a docstring from its sections."""
    parts = [section(name, sections[name]) for name in ORDER if sections.get(name)]
    return "\n\n".join(parts)


def section(name: str, text: str) -> str:
    """Write one section with its heading."""
    if name in {"", "Source"}:
        return f"Source: {text}" if name else text
    return f"{name}:\n{text}"
