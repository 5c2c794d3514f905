"""A notebook job's command: `python -m … NOTEBOOK EXECUTED`, both relative to the volume.

The parameters come from the run folder, as typed as they were checked; a command line
would make texts of them. The exit code is 0, 1 when a cell failed or the notebook could
not be run, or 130 when it was stopped.
"""

import json
import os
import signal
import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from nbclient.exceptions import CellControlSignal
from papermill import execute_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.iorw import papermill_io

from jupyter_domino.compute.process import FOLDER_VARIABLE
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.frontends.papermill_engine import AtomicFiles, DominoEngine, without_colours


def main(notebook: str, executed: str) -> int:
    """Execute a notebook in its own folder, as Jupyter does."""
    # The harder signal ends the kernel as the softer one does, rather than leave it alone.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parameters = RunFolder(Path(os.environ[FOLDER_VARIABLE])).parameters()
    papermill_engines.register("domino", DominoEngine)  # also where no entry point is installed
    papermill_io.register("local", AtomicFiles())  # for what papermill writes after the engine
    try:
        execute_notebook(
            notebook,
            executed,
            parameters=parameters,
            engine_name="domino",
            language=_language(notebook),
            cwd=str(Path(notebook).parent),
            progress_bar=False,
            stdout_file=sys.stdout,
            stderr_file=sys.stdout,
        )
    except PapermillExecutionError as error:
        return _failed(without_colours(str(error)))
    except (PapermillException, CellControlSignal, RuntimeError, ValueError, OSError) as error:
        return _failed(f"domino: the notebook could not be run: {error}")
    except KeyboardInterrupt:
        print("domino: the notebook was stopped", flush=True)  # noqa: T201 - the job's log
        return 130
    return 0


def _language(notebook: str) -> str | None:
    """What the notebook's kernel speaks: papermill wants to know, and not every notebook says."""
    metadata = json.loads(Path(notebook).read_text(encoding="utf-8")).get("metadata", {})
    kernel = metadata.get("kernelspec", {}).get("name")
    language: str = KernelSpecManager().get_kernel_spec(kernel).language
    return language or None


def _failed(message: str) -> int:
    print(message, flush=True)  # noqa: T201 - the job's log
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
