"""A small real project: Fisher's irises as scikit-learn ships them, and a notebook on them."""

from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NOTEBOOK = "train.ipynb"

CELLS = [
    (
        "alpha: float = 0.1  # learning rate\n"
        "epochs: int = 3\n"
        'wait_for: str = ""  # a file, if named',
        ["parameters"],
    ),
    (
        "import time\nfrom pathlib import Path\n\nimport matplotlib.pyplot as plt\n"
        'import pandas as pd\n\ntable = pd.read_csv("data/iris.csv")\nlen(table)',
        [],
    ),
    (
        "for epoch in range(1, epochs + 1):\n"
        '    print(f"epoch {epoch} of {epochs}, loss {alpha / epoch:.4f}", flush=True)\n'
        "while wait_for and not Path(wait_for).exists():\n"
        "    time.sleep(0.05)",
        [],
    ),
    (
        "columns = table.columns[:2]\n"
        'table.plot.scatter(*columns, c="#4c78a8", figsize=(5, 3))\nplt.show()',
        [],
    ),
    (
        "import json\n\n"
        'Path("dominostats.json").write_text(json.dumps({"loss": alpha / epochs}))\n'
        'Path("weights.csv").write_text(f"alpha\\n{alpha}\\n")',
        [],
    ),
]


def write_project(folder: Path) -> None:
    """Fill a folder with a table and a notebook."""
    (folder / "data").mkdir(parents=True)
    table = files("sklearn").joinpath("datasets", "data", "iris.csv").read_text()
    names = "sepal length,sepal width,petal length,petal width,species"
    (folder / "data" / "iris.csv").write_text(f"{names}\n{table.split(chr(10), 1)[1]}")
    cells = [new_markdown_cell("# Irises")]
    for source, tags in CELLS:
        cells.append(new_code_cell(source, metadata={"tags": tags} if tags else {}))
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / NOTEBOOK)
