import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from workshop import Workshop

from jupyter_domino.compute.values import JobProgress, JobState

PARAMETERS = "alpha: float = 1.0  # penalty\nname = 'x'\nsizes: list[int] = [1]\nflag = False"


def executed(shop: Workshop, revision: str | None, path: str | None) -> nbformat.NotebookNode:
    return nbformat.reads(shop.read(revision, path or ""), as_version=4)


def output(cell: nbformat.NotebookNode) -> str:
    return "".join(out.text for out in cell.outputs if out.output_type == "stream")


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_a_notebook_runs_with_typed_parameters_in_its_own_folder(shop: Workshop):
    shop.write("work/data.txt", "data")
    shop.notebook(
        "work/train.ipynb",
        "print([alpha, name, sizes, flag], open('data.txt').read())",
        "import json; json.dump({'alpha': alpha}, open('../dominostats.json', 'w')); 6 * 7",
        parameters=PARAMETERS,
    )

    job = shop.run_file(
        "work/train.ipynb",
        parameters={"alpha": "0.3", "name": "3", "sizes": "[2, 3]", "flag": "true"},
    )

    notebook = executed(shop, job.output_revision, job.notebook)
    assert job.state is JobState.SUCCEEDED
    assert job.notebook == "results/job-1/train.ipynb"
    assert output(code(notebook)[2]) == "[0.3, '3', [2, 3], True] data\n"
    assert code(notebook)[3].outputs[0].data["text/plain"] == "42"
    assert job.statistics == {"alpha": 0.3}
    assert set(job.results) == {"results/job-1/train.ipynb", "dominostats.json"}
    assert (job.progress.cell, job.progress.cells) == (4, 4)
    assert "[0.3, '3', [2, 3], True] data" in shop.log(job)
    assert code(executed(shop, job.input_revision, "work/train.ipynb"))[1].outputs == []
    assert str(shop.settings.home) not in shop.read(job.output_revision, job.notebook)


def test_a_failing_cell_is_on_the_job_and_in_the_executed_notebook(shop: Workshop):
    shop.notebook(
        "bad.ipynb", "print('before')", "def f():\n    raise ValueError('so bad')\nf()", "1"
    )

    job = shop.run_file("bad.ipynb")

    notebook = executed(shop, job.output_revision, job.notebook)
    assert (job.state, job.exit_code) == (JobState.FAILED, 1)
    assert job.reason == "Cell 2 failed: ValueError: so bad"
    assert (job.failure.cell, job.failure.name, job.failure.message) == (2, "ValueError", "so bad")
    assert "raise ValueError('so bad')" in job.failure.traceback
    assert "\x1b" not in job.failure.traceback + shop.log(job)
    assert output(code(notebook)[0]) == "before\n"
    assert job.progress.cell == 2


def test_a_notebook_that_ends_itself_in_good_order_has_no_failure(shop: Workshop):
    shop.notebook("early.ipynb", "import sys; sys.exit()", "print('never')")

    job = shop.run_file("early.ipynb")

    assert (job.state, job.exit_code) == (JobState.SUCCEEDED, 0)
    assert job.failure is None


def test_a_kernel_that_dies_is_told_with_its_cell(shop: Workshop):
    shop.notebook("dies.ipynb", "print('before')", "import os; os.kill(os.getpid(), 9)")

    job = shop.run_file("dies.ipynb")

    assert job.state is JobState.FAILED
    assert job.reason.startswith("Cell 2 failed: DeadKernelError: the kernel died in this cell")
    assert output(code(executed(shop, job.output_revision, job.notebook))[0]) == "before\n"


def test_a_killed_notebook_has_lost_five_seconds_at_most(shop: Workshop):
    talk_then_hush = (
        "import time; from pathlib import Path\n"
        "print('first', flush=True)\n"
        "time.sleep(0.5)\n"
        "print('second', flush=True)\n"
        "Path('hushed').write_text(str(time.time()))\n"
        "time.sleep(600)\n"
    )
    shop.notebook("long.ipynb", "print('quick cell')", talk_then_hush)
    job = shop.start_file("long.ipynb")
    volume = shop.running(job, "hushed")
    hushed = float((volume / "hushed").read_text())
    live = volume / "results/job-1/long.ipynb"

    def text() -> str:
        return output(code(nbformat.reads(live.read_text(), as_version=4))[1])

    shop.until(job, lambda _: text() == "first\nsecond\n" or time.time() > hushed + 20)
    saved = live.stat().st_mtime
    progress = shop.project.jobs.get(job.job).progress
    os.kill(shop.supervisor(job), signal.SIGKILL)
    ended = shop.end(job)

    assert saved - hushed < 7  # 5 s, and a busy machine
    assert (progress.cell, progress.cells) == (2, 2)
    assert ended.state is JobState.ERROR
    notebook = executed(shop, ended.output_revision, "results/job-1/long.ipynb")
    assert output(code(notebook)[0]) == "quick cell\n"
    assert output(code(notebook)[1]) == "first\nsecond\n"


def test_a_stopped_notebook_is_saved_and_its_kernel_gone(shop: Workshop):
    talk = (
        "import time, os; from pathlib import Path\n"
        "print('here', flush=True); Path('up').write_text(str(os.getpid())); time.sleep(600)"
    )
    shop.notebook("long.ipynb", talk)
    job = shop.start_file("long.ipynb")
    kernel = int((shop.running(job) / "up").read_text())

    shop.project.jobs.stop(job.job)
    ended = shop.end(job)

    assert ended.state is JobState.STOPPED
    assert output(code(executed(shop, ended.output_revision, ended.notebook))[0]) == "here\n"
    assert not Path(f"/proc/{kernel}").exists() or "Z" in Path(f"/proc/{kernel}/stat").read_text()


def test_the_engine_serves_papermill_without_a_job(tmp_path: Path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(2 + 3)")])
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": ""}
    (tmp_path / "in.ipynb").write_text(nbformat.writes(notebook))
    command = [sys.executable, "-m", "papermill", "--engine", "domino", "in.ipynb", "out.ipynb"]

    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert output(done.cells[0]) == "5\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.ipynb", "out.ipynb"]


@pytest.mark.parametrize("number", [1, 2])
def test_progress_is_told_while_a_cell_runs(shop: Workshop, number: int):
    wait = "from pathlib import Path; import time\nwhile not Path('go').exists(): time.sleep(0.02)"
    cells = ["1"] * (number - 1) + [wait]
    shop.notebook("n.ipynb", *cells)
    job = shop.start_file("n.ipynb")

    seen = shop.until(job, lambda now: now.progress is not None and now.progress.cell == number)
    (Path(seen.volume) / "go").touch()
    ended = shop.end(job)

    assert seen.progress == JobProgress(number, number, seen.progress.elapsed)
    assert ended.state is JobState.SUCCEEDED
    assert json.loads((shop.run_folder(job).path / "progress.json").read_text())["cells"] == number


def test_the_kernel_tells_the_language_where_the_notebook_does_not(shop: Workshop):
    shop.notebook(
        "terse.ipynb", "print(alpha)", parameters="alpha = 1", kernelspec={"name": "python3"}
    )

    job = shop.run_file("terse.ipynb", parameters={"alpha": "2"})

    assert job.state is JobState.SUCCEEDED
    assert "2\n" in shop.log(job)


def test_a_job_speaks_with_its_kernel_over_sockets_that_only_its_user_can_open(shop: Workshop):
    shop.notebook(
        "sockets.ipynb",
        "from ipykernel.connect import get_connection_info\n"
        "import os, stat\n"
        "info = get_connection_info(unpack=True)\n"
        "mode = os.stat(os.path.dirname(info['ip'])).st_mode\n"
        "print(info['transport'], 'for others:', stat.S_IMODE(mode) & 0o077)",
    )

    job = shop.run_file("sockets.ipynb")

    assert "ipc for others: 0\n" in shop.log(job)
    assert "WARNING" not in shop.log(job)
