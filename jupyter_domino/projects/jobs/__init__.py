"""A project's jobs: what is asked is checked and started, what was done is kept.

`jobs.Jobs` is what others use. `submission` makes a job of a request, `stages` runs around its
command, `outcome` tells its end, `archive` keeps its record in the store.
"""
