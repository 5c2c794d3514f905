"""Versioned files and jobs for the project a notebook lives in."""


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the built extension of the page lies, for `jupyter-builder develop`."""
    return [{"src": "labextension", "dest": "jupyter-domino"}]
