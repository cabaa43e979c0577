"""The lines that are printed at the start: Customer.io's URLs and credentials."""

from __future__ import annotations

from collections.abc import Sequence

from lunogram.sandbox.customerio.apis import APP_PREFIX, COLLECTIONS_PREFIX, TRACK_PREFIX
from lunogram.sandbox.customerio.credentials import FixedCredentials
from lunogram.sandbox.keys import GivenKey, shortened

_PREFIXES = {"TRACK": TRACK_PREFIX, "APP": APP_PREFIX, "COLLECTIONS": COLLECTIONS_PREFIX}


def lines(root: str, keys: Sequence[GivenKey], given: FixedCredentials | None) -> list[str]:
    """Return the lines. As with keys, credentials that were given are shortened."""
    urls = [f"export CUSTOMERIO_{name}_URL={root}{path}" for name, path in _PREFIXES.items()]
    return ["# Customer.io", *urls, *_credentials(keys, given)]


def _credentials(keys: Sequence[GivenKey], given: FixedCredentials | None) -> list[str]:
    if keys and not given:
        return ["# CUSTOMERIO_…: as the keys, with site_, track_ and app_ instead of sk_"]
    known = given or FixedCredentials()
    variables = {
        "CUSTOMERIO_SITE_ID": known.site_id,
        "CUSTOMERIO_TRACK_API_KEY": known.track_api_key,
        "CUSTOMERIO_APP_API_KEY": known.app_api_key,
    }
    if given:
        return [f"# {name}: {shortened(value)}" for name, value in variables.items()]
    return [f"export {name}={value}" for name, value in variables.items()]
