"""One machine: the local AWS and the replays are processes, the status is a file."""
