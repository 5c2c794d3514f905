"""`%domino` in a shell of IPython, and in a notebook that papermill executes."""

import os

import nbformat
import papermill
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.manager import start_new_kernel
from notebooks import write_notebook

from jupyter_domino.errors import Conflict, NotFound
from jupyter_domino.frontends.commands import RevisionList
from jupyter_domino.projects import InitResult
from jupyter_domino.storage.values import Status, SyncResult


@pytest.fixture
def shell(folder, monkeypatch):
    """A real shell with the extension, in a folder that is no project yet."""
    monkeypatch.chdir(folder)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_domino")
    yield shell
    InteractiveShell.clear_instance()


def run(shell, cell):
    """The displays of a cell, by MIME type, and what it prints: also its last expression."""
    with capture_output() as captured:
        result = shell.run_cell(cell, store_history=True)
    result.raise_error()
    return [output.data for output in captured.outputs], captured.stdout


def test_each_verb_returns_a_value_to_go_on_with(shell, folder):
    (folder / "a.txt").write_text("a")

    made = shell.run_line_magic("domino", "init")
    status = shell.run_line_magic("domino", "status")
    synced = shell.run_line_magic("domino", 'sync -m "first model"')
    log = shell.run_line_magic("domino", "log")

    assert isinstance(made, InitResult)
    assert isinstance(status, Status)
    assert isinstance(synced, SyncResult)
    assert isinstance(log, RevisionList)
    assert [change.path for change in status.changes] == [".dominoignore", "a.txt"]
    assert [revision.message for revision in log] == ["first model"]
    assert log[0].id == synced.revision
    assert len(log[:1]) == 1


def test_every_line_of_a_cell_shows_its_answer_once(shell):
    outputs, last = run(shell, "%domino init\n%domino status\n%domino log")

    assert len(outputs) == 2
    assert "is now the project churn" in outputs[0]["text/plain"]
    assert "before its first revision" in outputs[1]["text/plain"]
    assert all(o["text/html"].startswith('<div class="jp-domino-answer"') for o in outputs)
    assert last.count("There is no revision yet") == 1


def test_value_that_is_assigned_is_not_shown(shell):
    run(shell, "%domino init")

    outputs, _ = run(shell, "status = %domino status\nlog = %domino log\nfiles = status.files")

    assert outputs == []
    assert shell.user_ns["files"] == 1


def test_semicolon_keeps_the_answer_to_itself(shell):
    run(shell, "%domino init")

    assert run(shell, "%domino status;") == ([], "")


def test_python_values_stand_in_the_line(shell, folder):
    run(shell, "%domino init")

    run(shell, 'name = "it works"\n%domino sync -m "{name}"')

    assert shell.run_line_magic("domino", "log")[0].message == "it works"


def test_error_is_one_sentence_and_its_cause_a_domino_error(shell):
    with pytest.raises(UsageError, match="no project") as error:
        shell.run_line_magic("domino", "status")

    assert isinstance(error.value.__cause__, NotFound)
    assert error.value.__cause__.code == "project-not-found"


def test_error_shows_no_traceback(shell, capsys):
    shell.run_cell("%domino status")

    printed = capsys.readouterr()
    assert (printed.out + printed.err).count("\n") == 1
    assert "There is no project" in printed.out + printed.err


def test_words_that_cannot_be_understood_name_the_help(shell):
    with pytest.raises(UsageError, match="%domino sync --help"):
        shell.run_line_magic("domino", "sync")
    with pytest.raises(UsageError, match="quotation"):
        shell.run_line_magic("domino", 'sync -m "half')


def test_magic_alone_shows_the_verbs(shell):
    outputs, text = run(shell, "%domino")

    assert outputs == []
    assert "restore-index" in text


def test_json_is_printed_as_on_the_command_line(shell):
    run(shell, "%domino init")

    assert '"revisions": []' in run(shell, "%domino log --json")[1]


def test_paths_begin_at_the_current_folder(shell, folder, monkeypatch):
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("1\n")
    run(shell, "%domino init\n%domino sync -m one")
    (folder / "data" / "a.csv").write_text("2\n")
    monkeypatch.chdir(folder / "data")

    with pytest.raises(UsageError, match=r"data/a\.csv") as error:
        shell.run_line_magic("domino", "revert r1 a.csv")
    shell.run_line_magic("domino", "revert r1 a.csv --force")

    assert isinstance(error.value.__cause__, Conflict)
    assert (folder / "data" / "a.csv").read_text() == "1\n"


def test_tab_offers_verbs_revisions_and_files(shell, folder):
    (folder / "train.py").write_text("")
    run(shell, "%domino init\n%domino sync -m one")

    def offered(line):
        with provisionalcompleter():
            return [found.text for found in shell.Completer.completions(line, len(line))]

    assert "status" in offered("%domino sta")
    assert {"r1", "HEAD"} <= set(offered("%domino revert "))
    assert "train.py" in offered("%domino run tr")


def test_job_is_run_and_followed(shell, folder):
    (folder / "fit.py").write_text("print('fitted')\n")
    run(shell, "%domino init")

    _, shown = run(shell, "job = %domino run fit.py --wait\njob")
    _, log = run(shell, "%domino logs 1 --follow")

    assert shell.user_ns["job"].state == "Succeeded"
    assert "Job 1 Succeeded" in shown
    assert log.startswith("fitted\n")


def test_notebook_under_papermill_shows_html_and_text(folder):
    source, done = folder / "work.ipynb", folder.parent / "done.ipynb"
    write_notebook(
        source,
        "%load_ext jupyter_domino",
        "%domino init\n%domino status",
        "result = %domino sync -m 'from a notebook'\nassert result.created\nresult",
    )

    papermill.execute_notebook(source, done, cwd=folder, progress_bar=False)

    cells = nbformat.read(done, as_version=4).cells
    answers = (output for cell in cells for output in cell.outputs)
    # On a slow machine there is an emptied output where the progress was.
    outputs = [output for output in answers if output.get("data", {}).get("text/plain") != ""]
    assert [output.output_type for output in outputs] == [
        "display_data", "execute_result", "execute_result",
    ]  # fmt: skip
    assert all({"text/html", "text/plain"} <= set(output.data) for output in outputs)
    assert "Synced as r1" in outputs[-1].data["text/plain"]


def test_failing_line_stops_a_notebook_under_papermill(folder):
    source, done = folder / "work.ipynb", folder.parent / "done.ipynb"
    write_notebook(source, "%load_ext jupyter_domino", "%domino status", "open('ran', 'w')")

    with pytest.raises(papermill.PapermillExecutionError, match="There is no project"):
        papermill.execute_notebook(source, done, cwd=folder, progress_bar=False)

    assert not os.path.exists(folder / "ran")


def test_following_a_log_can_be_interrupted_in_a_kernel(folder):
    manager, client = start_new_kernel(cwd=str(folder))
    try:
        client.execute_interactive("%load_ext jupyter_domino\n%domino init", timeout=60)
        line = "%domino run -- sh -c 'echo begun; sleep 600'"
        client.execute_interactive(line, timeout=60, output_hook=lambda _: None)
        seen = []

        def interrupt(message):
            seen.append(message)
            if message["msg_type"] == "stream":
                manager.interrupt_kernel()

        reply = client.execute_interactive(
            "%domino logs 1 --follow", timeout=60, output_hook=interrupt
        )
        client.execute_interactive("%domino stop 1 --discard", timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    texts = [m["content"]["text"] for m in seen if m["msg_type"] == "stream"]
    assert "".join(texts) == "begun\n"
    assert reply["content"]["status"] == "error"
    assert reply["content"]["evalue"] == "Interrupted: nothing was lost."
    assert len(reply["content"]["traceback"]) == 1
