"""Jobs as values, which states they pass, and what keeps one alive: no files of a project here."""
