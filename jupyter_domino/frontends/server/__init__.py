"""The way in over REST and events: a Jupyter server extension."""
