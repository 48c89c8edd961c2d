"""Start the content clock; on PostgreSQL, number changes at commit.

The trigger is deferred, so it runs when the transaction commits: only then is the counter's row locked,
and the order of numbers is the order of commits. The first row it meets numbers all that the
transaction has written; for the others nothing is left to do.
"""

from typing import Any

from django.db import migrations

FUNCTION = """
CREATE FUNCTION publishing_number_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pending bigint;
    latest bigint;
BEGIN
    PERFORM 1 FROM publishing_publisheditem WHERE key = NEW.key AND seq IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT count(*) INTO pending FROM publishing_publisheditem WHERE seq IS NULL;
    UPDATE publishing_contentclock SET value = value + pending WHERE id = 1
        RETURNING value INTO latest;
    UPDATE publishing_publisheditem AS item SET seq = latest - pending + numbered.position
    FROM (
        SELECT key, row_number() OVER (ORDER BY key) AS position
        FROM publishing_publisheditem WHERE seq IS NULL
    ) AS numbered
    WHERE item.key = numbered.key;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER publishing_number_changes
    AFTER INSERT OR UPDATE ON publishing_publisheditem
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.seq IS NULL)
    EXECUTE FUNCTION publishing_number_changes();
"""


def install(apps: Any, schema_editor: Any) -> None:
    """Make the clock's row, and the trigger where there are concurrent writers."""
    apps.get_model("publishing", "ContentClock").objects.get_or_create(pk=1)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        schema_editor.execute(TRIGGER)


def remove(apps: Any, schema_editor: Any) -> None:
    """Drop the trigger."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER publishing_number_changes ON publishing_publisheditem"
        )
        schema_editor.execute("DROP FUNCTION publishing_number_changes()")


class Migration(migrations.Migration):
    """Start the content clock."""

    dependencies = [("publishing", "0001_published_plane")]

    operations = [migrations.RunPython(install, remove)]
