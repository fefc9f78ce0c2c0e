"""The errors a person meets, and the exit codes of every command.

    AuthPulseError             1   the command ran, and the answer is no: a job that never became healthy, missing rows
    ├── InputError             3   a file, manifest, rule or configuration is not as it should be
    ├── PrerequisiteError      4   something has to be installed or built first
    └── ReachabilityError      5   an endpoint does not answer, or a port is taken

0 is success, 2 a wrong command line (the parser's own code), 10 a plan with something to do where that was asked for,
70 a bug in AuthPulse, 130 interrupted.

Messages are one line: what is wrong, where, and what to do. They are printed as they are, without a traceback.
"""

EXIT_USAGE = 2
EXIT_CHANGES = 10
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class AuthPulseError(Exception):
    """Base of all errors that are the user's to solve. `exit_code` is what the command ends with."""

    exit_code = 1


class InputError(AuthPulseError):
    """What was given is not as it should be."""

    exit_code = 3


class PrerequisiteError(AuthPulseError):
    """Something that has to be there first is not: an environment, Java, a built artifact."""

    exit_code = 4


class ReachabilityError(AuthPulseError):
    """An endpoint does not answer, or an address cannot be bound."""

    exit_code = 5
