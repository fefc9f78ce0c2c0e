"""One authentication as the generator thinks of it, whatever format it is written in."""

from typing import Final, NamedTuple

MISSING: Final = "?"  # LANL's mark for a value that was not logged
SUCCESS: Final = "Success"
FAIL: Final = "Fail"
DOMAIN: Final = "DOM1"
PRIVILEGES: Final = (
    "Privileges"  # no authentication: what Windows logs beside one (4672), and LANL's columns do not have
)


class Logon(NamedTuple):
    """LANL's columns but the time. Accounts are user@domain."""

    by: str  # who asks
    account: str  # who is authenticated: the same, or SYSTEM on a host whose machine account starts a service
    source: str
    target: str
    auth_type: str = "Kerberos"
    logon_type: str = "Network"
    orientation: str = "LogOn"
    outcome: str = SUCCESS

    def ends(self) -> "Logon | None":
        """The log-off that goes with it, which the target logs about itself; None for what opens no session."""
        if self.orientation != "LogOn" or self.outcome != SUCCESS:
            return None
        return self._replace(source=self.target, auth_type=MISSING, orientation="LogOff")

    def failed(self) -> "Logon":
        """The same attempt, refused."""
        return self._replace(outcome=FAIL)


def ticket(account: str, source: str, controller: str, orientation: str) -> Logon:
    """A Kerberos ticket (TGT, TGS) or a mapping of accounts (AuthMap), as a domain controller logs it."""
    return Logon(account, account, source, controller, MISSING, MISSING, orientation)
