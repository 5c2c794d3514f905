"""Versioned files and jobs for the project a notebook lives in."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_domino.frontends.server.app import DominoApp


def _jupyter_server_extension_points() -> "list[dict[str, str | type[DominoApp]]]":
    """Which application a Jupyter server loads."""
    from jupyter_domino.frontends.server.app import DominoApp

    return [{"module": "jupyter_domino", "app": DominoApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the built extension of the page lies, for `jupyter-builder develop`."""
    return [{"src": "labextension", "dest": "jupyter-domino"}]


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%load_ext jupyter_domino`: give the shell the `%domino` magic."""
    from jupyter_domino.frontends.magics import load

    load(shell)
