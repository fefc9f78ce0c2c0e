"""How a logon is written in each format.

A line is a stamp and a body: the stamp says when and is made once per second, the body says everything else and is made
once per habit. That is what makes the generator fast.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from authpulse.synthetic.logons import FAIL, PRIVILEGES, SUCCESS, Logon

T0: Final = datetime(2025, 1, 1, tzinfo=UTC)  # a Wednesday, as LANL's first day; where the format has real dates


class Shape(Protocol):
    """One format of the log. Times are seconds since the log's first midnight."""

    @property
    def name(self) -> str: ...
    @property
    def mean_rows_per_second(self) -> float:
        """Of the whole network, in the mean of its weeks."""

    @property
    def logs_off(self) -> bool:
        """Whether such a log has lines for the ends of sessions."""

    def stamp(self, second: int) -> str:
        """The beginning of every line of that second."""

    def keeps(self, logon: Logon) -> bool:
        """Whether such a log has a line for it."""

    def body(self, logon: Logon) -> str:
        """The rest of the line with its newline."""


class LanlCyber1:
    """LANL 2015, nine columns: time,src user@dom,dst user@dom,src,dst,auth type,logon type,orientation,outcome."""

    name = "lanl-cyber1"
    mean_rows_per_second = 209.8
    logs_off = True

    def stamp(self, second: int) -> str:
        return str(second)

    def keeps(self, logon: Logon) -> bool:
        return logon.orientation != PRIVILEGES

    def body(self, logon: Logon) -> str:
        return f",{','.join(logon)}\n"


class LanlAuth:
    """LANL 2014, three columns: time,user,computer. People only, successful logons only."""

    name = "lanl-auth"
    mean_rows_per_second = 30.4
    logs_off = False

    def stamp(self, second: int) -> str:
        return str(second)

    def keeps(self, logon: Logon) -> bool:
        return logon.outcome == SUCCESS and logon.orientation == "LogOn" and logon.account.startswith("U")

    def body(self, logon: Logon) -> str:
        return f",{logon.account.partition('@')[0]},{logon.target}\n"


_LOGON_TYPES: Final = {
    "Interactive": "2",
    "Network": "3",
    "Batch": "4",
    "Service": "5",
    "Unlock": "7",
    "NetworkCleartext": "8",
    "NewCredentials": "9",
    "RemoteInteractive": "10",
    "CachedInteractive": "11",
}
_REFUSED: Final = "0xc000006d"


class WindowsSecurity:
    """Windows Security events as JSON lines, flat as NXLog and Logstash ship them; dates begin on 2025-01-01 UTC."""

    name = "windows-security"
    mean_rows_per_second = 209.8
    logs_off = True

    def stamp(self, second: int) -> str:
        moment = T0 + timedelta(seconds=second)
        day, time = f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"
        return f'{{"EventTime":"{day} {time}","@timestamp":"{day}T{time}.000Z",'

    def keeps(self, logon: Logon) -> bool:  # noqa: ARG002
        return True

    def body(self, logon: Logon) -> str:
        common = {
            "SourceName": "Microsoft-Windows-Security-Auditing",
            "Channel": "Security",
            "Hostname": logon.target,
            "EventType": "AUDIT_FAILURE" if logon.outcome == FAIL else "AUDIT_SUCCESS",
        }
        return json.dumps(common | _fields(logon), separators=(",", ":"))[1:] + "\n"


def _fields(logon: Logon) -> dict[str, str | int]:
    user, _, domain = logon.account.partition("@")
    refused = logon.outcome == FAIL
    target: dict[str, str | int] = {"TargetUserName": user, "TargetDomainName": domain}
    match logon.orientation:
        case "LogOn":
            by, _, by_domain = logon.by.partition("@")
            kerberos = logon.auth_type == "Kerberos"
            fields: dict[str, str | int] = {
                "EventID": 4625 if refused else 4624,
                "Category": "Logon",
                "SubjectUserName": by if by != user else "-",
                "SubjectDomainName": by_domain if by != user else "-",
                **target,
                "LogonType": _LOGON_TYPES[logon.logon_type],
                "AuthenticationPackageName": logon.auth_type,
                "WorkstationName": "-" if kerberos else logon.source,
                "IpAddress": _address(logon.source) if logon.logon_type == "Network" else "-",
                "IpPort": "0",
            }
            return fields | ({"Status": _REFUSED, "SubStatus": "0xc000006a"} if refused else {})
        case "LogOff":
            kind = _LOGON_TYPES.get(logon.logon_type, "3")
            return {"EventID": 4634, "Category": "Logoff", **target, "LogonType": kind}
        case "TGT":
            first = {"EventID": 4768, "Category": "Kerberos Authentication Service", **target, "ServiceName": "krbtgt"}
            return first | _ticket_ends(logon)
        case "TGS":
            target["TargetUserName"] = logon.account
            first = {"EventID": 4769, "Category": "Kerberos Service Ticket Operations", **target}
            return first | {"ServiceName": f"{logon.target}$"} | _ticket_ends(logon)
        case _ if logon.orientation == PRIVILEGES:
            return {
                "EventID": 4672,
                "Category": "Special Logon",
                "SubjectUserName": user,
                "SubjectDomainName": domain,
                "PrivilegeList": "SeTcbPrivilege",
            }
        case _:
            return {
                "EventID": 4776,
                "Category": "Credential Validation",
                "PackageName": "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0",
                "TargetUserName": user,
                "Workstation": logon.source,
                "Status": "0xc000006a" if refused else "0x0",
            }


def _ticket_ends(logon: Logon) -> dict[str, str | int]:
    status = "0x18" if logon.outcome == FAIL else "0x0"
    return {"Status": status, "IpAddress": f"::ffff:{_address(logon.source)}", "IpPort": "0"}


def _address(host: str) -> str:
    """A host's address, made of its number."""
    number = int(host[1:]) if host[1:].isdigit() else 0
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


SHAPES: Final[dict[str, Shape]] = {s.name: s for s in (LanlCyber1(), LanlAuth(), WindowsSecurity())}
