"""`%domino VERB …`: the verbs in a notebook or an IPython terminal, with no server needed."""

from jupyter_domino.frontends.magics.magic import load

__all__ = ["load"]
