"""Every change of the tables, in order, forwards and back."""
