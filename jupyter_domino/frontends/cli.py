"""The program `jupyter-domino`, which `jupyter domino` calls."""

import json
import sys

INTERRUPTED = 130
"""What shells report of a process that SIGINT ended."""

_MESSAGE = "Interrupted: nothing was lost."


def main() -> int:
    """Run the command line of this process; its exit code."""
    try:
        # To load all takes a fifth of a second, in which Ctrl-C must print no traceback either.
        from jupyter_domino.frontends import terminal  # noqa: PLC0415

        return terminal.run(sys.argv[1:])
    except KeyboardInterrupt:
        if "--json" in sys.argv:
            error = {"message": _MESSAGE, "code": "interrupted", "details": {}}
            print(json.dumps({"error": error}))
        else:
            print(_MESSAGE, file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
