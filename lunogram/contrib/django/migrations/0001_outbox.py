"""The tables of the outbox, in the schema ``lunogram_outbox`` of a PostgreSQL database."""

from typing import Any, ClassVar

from django.db import migrations


def create_tables(_apps: Any, schema_editor: Any) -> None:
    """Create the tables, or bring them to the newest version."""
    from lunogram.contrib.django.configuration import configuration
    from lunogram.outbox.postgres.schema import Tables, queries_in
    from lunogram.outbox.postgres.url import place_of

    chosen, connection = configuration(), schema_editor.connection
    if not chosen.is_in_database or connection.alias != chosen.database:
        return
    schema = place_of(chosen.url).schema
    Tables(connection.connection, schema, queries_in(schema)).prepare(create=True)


class Migration(migrations.Migration):
    """Creates the tables. They stay when it is reversed: they may hold calls."""

    operations: ClassVar[list[Any]] = [
        migrations.RunPython(create_tables, migrations.RunPython.noop)
    ]
