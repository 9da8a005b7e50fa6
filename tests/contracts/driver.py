"""A web process for the contract suite: reads one JSON command a line and enqueues as it says."""

import json
import sys

import django


class Changed(Exception):
    """Rolls the transaction back."""


def main() -> None:
    django.setup()
    from django.db import transaction

    from tests.contracts import tasks

    for line in sys.stdin:
        command = json.loads(line)
        task = getattr(tasks, command["task"])
        try:
            with transaction.atomic():
                result = task.enqueue(*command.get("args", []), **command.get("kwargs", {}))
                if command.get("then") == "roll back":
                    raise Changed
        except Changed:
            pass
        print(json.dumps({"id": str(result.id)}), flush=True)


if __name__ == "__main__":
    main()
