"""What is printed at the start: where Customer.io's hosts are, and who is let in."""

from __future__ import annotations

from collections.abc import Sequence

from lunogram.sandbox.customerio.apis import APP_PREFIX, COLLECTIONS_PREFIX, TRACK_PREFIX
from lunogram.sandbox.customerio.credentials import Given
from lunogram.sandbox.keys import shortened

_PREFIXES = {"TRACK": TRACK_PREFIX, "APP": APP_PREFIX, "COLLECTIONS": COLLECTIONS_PREFIX}


def lines(root: str, keys: Sequence[str], given: Given | None) -> list[str]:
    """Say what to set. As with keys, credentials that were given are not printed whole."""
    urls = [f"export CUSTOMERIO_{name}_URL={root}{path}" for name, path in _PREFIXES.items()]
    return ["# Customer.io", *urls, *_credentials(keys, given)]


def _credentials(keys: Sequence[str], given: Given | None) -> list[str]:
    if keys and not given:
        return ["# CUSTOMERIO_…: as the keys, with site_, track_ and app_ instead of sk_"]
    known = given or Given()
    variables = {
        "CUSTOMERIO_SITE_ID": known.site_id,
        "CUSTOMERIO_TRACK_API_KEY": known.track_api_key,
        "CUSTOMERIO_APP_API_KEY": known.app_api_key,
    }
    if given:
        return [f"# {name}: {shortened(value)}" for name, value in variables.items()]
    return [f"export {name}={value}" for name, value in variables.items()]
