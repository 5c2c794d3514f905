"""Blocks as HTML for a notebook's output: small, escaped, in the theme's own colours."""

from html import escape

from jupyter_domino.frontends.rendering.blocks import Block, Code, Facts, Line, Table, Tone

# Outside JupyterLab the variables are not there: each has what fits a white page.
_COLOURS = {
    Tone.GOOD: "var(--jp-success-color1, #388e3c)",
    Tone.BAD: "var(--jp-error-color1, #d32f2f)",
    Tone.QUIET: "var(--jp-ui-font-color2, #616161)",
}
_DIFF_COLOURS = {
    "+": "var(--jp-success-color1, #388e3c)",
    "-": "var(--jp-error-color1, #d32f2f)",
    "@": "var(--jp-info-color1, #0288d1)",
}
_FRAME = (
    "color: var(--jp-content-font-color1, #212121); "
    "font-size: var(--jp-content-font-size1, 14px); line-height: 1.5"
)
_BORDER = "1px solid var(--jp-border-color2, #e0e0e0)"
_TABLE = "margin: 4px 0; border-collapse: collapse; color: inherit; font-size: inherit"
_MONOSPACE = "font-family: var(--jp-code-font-family, monospace)"
_CODE = (
    f"{_MONOSPACE}; font-size: var(--jp-code-font-size, 13px); border: {_BORDER}; "
    "padding: 4px 8px; margin: 4px 0; max-height: 24em; overflow: auto; white-space: pre-wrap"
)


def as_html(blocks: list[Block]) -> str:
    """The blocks in one element; every text escaped, no script, no style sheet."""
    inner = "".join(_drawn(block) for block in blocks)
    return f'<div class="jp-domino-answer" style="{_FRAME}">{inner}</div>'


def _drawn(block: Block) -> str:
    match block:
        case Line():
            return _line(block)
        case Facts():
            rows = "".join(
                f'<tr style="background: none">{_cell("th", name, scope="row")}'
                f"{_cell('td', value)}</tr>"
                for name, value in block.pairs
            )
            return _framed(f"<tbody>{rows}</tbody>")
        case Table():
            return _table(block)
        case Code():
            lines = "\n".join(_code_line(line, block.is_diff) for line in block.text.split("\n"))
            return f'<pre style="{_CODE}">{lines}</pre>'


def _line(line: Line) -> str:
    text = _escaped(line.text)
    if line.tone is Tone.TITLE:
        return f"<div><strong>{text}</strong></div>"
    colour = _COLOURS.get(line.tone)
    return f'<div style="color: {colour}">{text}</div>' if colour else f"<div>{text}</div>"


def _table(table: Table) -> str:
    def row(tag: str, cells: tuple[str, ...], scope: str | None) -> str:
        drawn = (
            _cell(tag, cell, scope=scope, right=column in table.numeric)
            for column, cell in enumerate(cells)
        )
        return f"<tr>{''.join(drawn)}</tr>"

    head = row("th", table.headers, "col")
    body = "".join(row("td", cells, None) for cells in table.rows)
    return _framed(f"<thead>{head}</thead><tbody>{body}</tbody>")


def _framed(inner: str) -> str:
    return f'<table style="{_TABLE}">{inner}</table>'


def _cell(tag: str, text: str, *, scope: str | None = None, right: bool = False) -> str:
    side = "right" if right else "left"
    attribute = f' scope="{scope}"' if scope else ""
    # Lab centres and right-aligns the cells of output tables unless told otherwise.
    style = f"text-align: {side}; padding: 2px 8px; max-width: 48em; overflow-wrap: anywhere"
    return f'<{tag}{attribute} style="{style}">{_escaped(text)}</{tag}>'


def _code_line(line: str, is_diff: bool) -> str:
    colour = _DIFF_COLOURS.get(line[:1]) if is_diff else None
    text = _escaped(line)
    return f'<span style="color: {colour}">{text}</span>' if colour else text


def _escaped(text: str) -> str:
    return escape(text.encode("utf-8", "backslashreplace").decode("utf-8"))
