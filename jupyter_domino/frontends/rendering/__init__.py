"""What an answer looks like: a value to blocks, blocks to text or HTML."""

from jupyter_domino.frontends.rendering.answers import SHOWN_TYPES, blocks
from jupyter_domino.frontends.rendering.html import as_html
from jupyter_domino.frontends.rendering.text import as_text

__all__ = ["SHOWN_TYPES", "as_html", "as_text", "blocks"]
