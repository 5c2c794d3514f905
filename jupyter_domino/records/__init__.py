"""Projects and jobs as rows, in SQLite or PostgreSQL.

The values are in `records.values`. `Records` is in `records.database`, apart, because it
brings SQLAlchemy in, which takes longer to import than most verbs to run.
"""
