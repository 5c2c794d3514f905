"""Notebooks for the tests, written out as files."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook


def write_notebook(path, *sources, parameters=None, kernel="python3"):
    """A notebook of these cells; `parameters` is the source of the tagged cell."""
    cells = [new_code_cell(source) for source in sources]
    if parameters is not None:
        cells.insert(0, new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    metadata = {}
    if kernel is not None:
        metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
