"""What each kind of statement does. `run` takes a parsed statement to its outcome, within a session."""
