"""The `authpulse` command: one pipeline on one machine, from a manifest to answers.

The only room that imports the other parts. Results go to stdout, progress and errors to stderr; an error is one line,
and exit codes are those of `authpulse.errors`.
"""
