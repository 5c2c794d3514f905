"""papermill's engine `domino`: what a notebook has shown is on disk at most 5 s later.

papermill writes the notebook in place, at the ends of cells and when a message comes in.
This engine replaces the file whole, by rename, after each cell and, while a cell runs,
before anything unsaved is 5 s old, also when the cell has gone silent. In a job it tells
how far it is and where it failed, through the run folder. It may be used without a job:
`papermill --engine domino in.ipynb out.ipynb`.
"""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.iorw import LocalHandler, papermill_io
from papermill.log import logger
from traitlets.config import Config

from jupyter_domino.compute.process import FOLDER_VARIABLE
from jupyter_domino.compute.run_files import write_text
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.values import Failure, JobProgress

SAVE_SECONDS = 4.0
"""From one save to the next while a cell shows something: with the time between two looks
and that of the save, nothing stays unsaved for 5 s. papermill doubles it while a save takes
more than a quarter of it."""

LOOK_SECONDS = 0.5
"""Between two looks for what a silent cell has left unsaved."""

IOPUB_SECONDS = 60
"""For a message that the kernel owes. nbclient's 4 s are over when a save of a very large
notebook, or a busy machine, has kept us from looking."""

MAX_SOCKET_PATH = 90
"""Bytes: Linux has 107 for a socket's path, macOS 103, and a kernel's add a few to ours."""

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class AtomicFiles(LocalHandler):  # type: ignore[misc]  # papermill has no types
    """papermill's local files, replaced whole: a killed writer leaves the file of before."""

    def write(self, text: str, path: str) -> None:
        """Write a notebook's JSON; the folder must be there, as papermill has it."""
        target = Path(self._cwd or "", path)
        if not target.parent.exists():
            raise FileNotFoundError(f"output folder {target.parent} doesn't exist.")
        write_text(target, text)


class Reporter:
    """Tells a job's run folder how its notebook goes."""

    def __init__(self, run: RunFolder, cells: int) -> None:
        self._run = run
        self._cells = cells
        self._started = time.monotonic()

    def progress(self, cell: int) -> None:
        """The code cell of that number runs, or ran last."""
        elapsed = round(time.monotonic() - self._started, 3)
        self._run.write_progress(JobProgress(cell, self._cells, elapsed))
        print(f"domino: cell {cell} of {self._cells}", flush=True)  # noqa: T201 - the job's log

    def failure(self, cell: int, name: str, message: str, traceback: str) -> None:
        """The code cell of that number failed."""
        self._run.write_failure(Failure(cell, name, message, without_colours(traceback)))


class SavingManager(NotebookExecutionManager):  # type: ignore[misc]  # papermill has no types
    """papermill's account of a run: saves atomically, and knows what is not saved yet."""

    def __init__(self, nb: NotebookNode, reporter: Reporter | None, **options: object) -> None:
        super().__init__(nb, **options)
        self._reporter = reporter
        self._is_unsaved = False
        self._is_starting_cell = False
        self._files = AtomicFiles()
        # papermill has gone to the notebook's folder, but paths start where it was called.
        local = papermill_io.get_handler("local")
        working_folder = local.cwd(None)
        local.cwd(working_folder)
        self._files.cwd(working_folder)
        code = [i for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]
        self._numbers = {index: number for number, index in enumerate(code, 1)}

    def save(self, **_: object) -> None:
        """Put the notebook on disk as it is now."""
        if self._is_starting_cell:
            self._is_unsaved = True  # "running" alone is not worth a write of everything
            return
        is_local = isinstance(papermill_io.get_handler(self.output_path), LocalHandler)
        if self.output_path and is_local:
            text: str = nbformat.writes(self.nb)  # type: ignore[no-untyped-call]  # nbformat's
            self._files.write(text, self.output_path)
            self.last_save_time = self.now()
        else:
            super().save()
        self._is_unsaved = False

    def autosave_cell(self, **options: object) -> None:
        """A message came in: it is to be saved, now or within `SAVE_SECONDS`."""
        self._is_unsaved = True
        super().autosave_cell(**options)

    def save_old(self) -> None:
        """Save what has waited long enough."""
        if self._is_unsaved:
            super().autosave_cell()

    def cell_start(self, cell: NotebookNode, cell_index: int, **options: object) -> None:
        """A cell begins."""
        self._is_starting_cell = True
        try:
            super().cell_start(cell, cell_index, **options)
        finally:
            self._is_starting_cell = False
        if self._reporter and cell_index in self._numbers:
            self._reporter.progress(self._numbers[cell_index])

    def cell_exception(
        self, cell: NotebookNode, cell_index: int, exception: CellExecutionError, **options: object
    ) -> None:
        """A cell raised."""
        super().cell_exception(cell, cell_index, **options)
        shown = (o.traceback for o in cell.get("outputs", ()) if o.output_type == "error")
        traceback = next(map("\n".join, shown), exception.traceback)
        self._report(cell_index, exception.ename, exception.evalue, traceback)

    def cell_lost(self, cell: NotebookNode, cell_index: int, error: Exception) -> None:
        """A cell has no end of its own: its kernel died, or it took too long."""
        super().cell_exception(cell, cell_index)
        message = (
            "the kernel died in this cell; most often the machine ran out of memory"
            if isinstance(error, DeadKernelError)
            else str(error)
        )
        self._report(cell_index, type(error).__name__, message, "")

    def _report(self, index: int, name: str, message: str, traceback: str) -> None:
        if self._reporter:
            self._reporter.failure(self._numbers.get(index, 0), name, message, traceback)


class SavingClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Executes cells and, while one runs, saves what it shows."""

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, **options: object
    ) -> NotebookNode:
        """Execute one cell."""
        saving = asyncio.create_task(self._save_while_running())
        try:
            done: NotebookNode = await super().async_execute_cell(cell, cell_index, **options)
        except (DeadKernelError, CellTimeoutError) as error:
            self.nb_man.cell_lost(cell, cell_index, error)
            raise
        finally:
            saving.cancel()
            with suppress(asyncio.CancelledError):
                await saving
        return done

    execute_cell = run_sync(async_execute_cell)

    async def _save_while_running(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.nb_man.save_old()


class DominoEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's own engine, with `SavingManager` and `SavingClient`."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, output_path: str | None = None, **options: object
    ) -> NotebookNode:
        """Execute a notebook whose parameters are in it; returns it with its outputs."""
        manager = SavingManager(
            nb,
            _reporter(nb),
            output_path=output_path,
            progress_bar=options.pop("progress_bar", True),
            log_output=options.get("log_output", False),
            autosave_cell_every=options.pop("autosave_cell_every", SAVE_SECONDS),
        )
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, **options)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        executed: NotebookNode = manager.nb
        return executed

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: SavingManager, kernel_name: str, **options: object
    ) -> NotebookNode:
        """Execute the cells; `options` are papermill's."""
        options.pop("input_path", None)
        options.setdefault("iopub_timeout", IOPUB_SECONDS)
        timeout = options.pop("execution_timeout", None) or options.pop("timeout", None)
        with _private_sockets(kernel_name) as config:
            client = SavingClient(
                nb_man,
                kernel_name=kernel_name,
                timeout=timeout,
                startup_timeout=options.pop("start_timeout", 60),
                log=logger,
                config=config,
                **options,
            )
            executed: NotebookNode = client.execute()
        return executed


@contextmanager
def _private_sockets(kernel_name: str) -> Iterator[Config]:
    """Lets a Python kernel listen in a folder of its own, rather than on ports anybody may try.

    Other kernels keep to ports: not all of them know anything else.
    """
    config = Config()
    with TemporaryDirectory(prefix="domino-") as folder:
        connection = os.path.join(folder, "kernel.json")
        argv = KernelSpecManager().get_kernel_spec(kernel_name).argv
        if any("ipykernel" in word for word in argv) and len(connection) < MAX_SOCKET_PATH:
            config.KernelManager.transport = "ipc"
            config.KernelManager.connection_file = connection
        yield config


def without_colours(text: str) -> str:
    """The text without a terminal's escape sequences."""
    return _ANSI.sub("", text)


def _reporter(notebook: NotebookNode) -> Reporter | None:
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        return None
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    return Reporter(RunFolder(Path(folder)), cells)
