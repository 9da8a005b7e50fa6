"""What a database role of the web process may do on PostgreSQL: everything but change what is only ever added.

The triggers refuse that too, and they alone keep the trail of who saw and did what, whose table holds rows of other
apps as well; but who owns a table can switch its triggers off. The web process should not be the owner:
``manage.py migrate`` runs as the owner, the site and its workers as a role that this module has limited.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from revenue import audit_triggers
from revenue.triggers import APPEND_ONLY


class UnsuitableRoleError(ValueError):
    """The role cannot be limited; the message says why."""


def limit(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let ``role`` read and write every table, and neither change nor delete rows of the books.

    To be called by the owner of the tables, again after each migration. Raises UnsuitableRoleError for a database
    without roles, a role that does not exist, is a superuser, or is or belongs to the owner.
    """
    if connection.vendor != "postgresql":
        raise UnsuitableRoleError("Only PostgreSQL has roles; on SQLite the triggers alone guard the books.")
    name, tables = connection.ops.quote_name(role), ", ".join(map(connection.ops.quote_name, APPEND_ONLY))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s", [role]
        )
        found = cursor.fetchone()
        if found is None:
            raise UnsuitableRoleError(f"There is no role {role}. As a superuser: CREATE ROLE {name} LOGIN PASSWORD '…'")
        if any(found):
            raise UnsuitableRoleError(f"{role} may do what the owner of the tables may. Make a role of its own.")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {name}")
        cursor.execute(f"REVOKE TRUNCATE ON {audit_triggers.TABLE} FROM {name}")
