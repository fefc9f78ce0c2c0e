"""Windows Security events as JSON lines.

Collectors disagree about the shape: NXLog and Logstash write one flat object, winlogbeat nests what matters in
`winlog.event_data`, LANL's Unified Host and Network set (2017) is flat with names of its own. The fields are Windows'
own in all of them; `records` finds them, this says what they mean.

    4624  4625          a logon, a failed one             account → this computer, from a workstation or address
    4634  4647          a session ended                   LogOff
    4648                a logon with other credentials    from this computer to the target server
    4768  4771 4772     Kerberos TGT: asked for, refused  account → domain controller
    4769  4770 4773     Kerberos TGS, renewal, refusal    account → the service's host
    4774  4775          account mapped, or not            AuthMap
    4776  4777          NTLM credentials validated, not   AuthMap (as LANL's auth.txt has them)

Everything else, such as 4672 (privileges of a logon that has its own 4624), is ignored by its id. Names stay as the log
spells them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from authpulse.formats import wire
from authpulse.formats.lanl import whole_auth_type
from authpulse.formats.line_by_line import LineByLine
from authpulse.formats.outcomes import Event, Ignored, LineError, Outcome
from authpulse.formats.records import Record, record_of

LOGON_TYPES: Final = {
    "0": "System",
    "2": "Interactive",
    "3": "Network",
    "4": "Batch",
    "5": "Service",
    "7": "Unlock",
    "8": "NetworkCleartext",
    "9": "NewCredentials",
    "10": "RemoteInteractive",
    "11": "CachedInteractive",
    "12": "CachedRemoteInteractive",
    "13": "CachedUnlock",
}
AT_THE_MACHINE: Final = frozenset({"0", "2", "4", "5", "7", "9", "11", "13"})
LOOPBACK: Final = frozenset({"::1", "127.0.0.1", "localhost"})
KERBEROS, NTLM, TICKET_SERVICE = "Kerberos", "NTLM", "krbtgt"

type Places = tuple[str | None, str | None]
"""Source host and computer."""


def _where_it_came_from(record: Record) -> str | None:
    """The workstation's name where there is one, else its address; this computer for what only happens at it."""
    address = record.text("IpAddress")
    if address in LOOPBACK:
        return record.computer
    workstation = (record.text("WorkstationName", "Workstation", "Source") or "").lstrip("\\")
    if workstation:
        is_this = record.computer and workstation.lower() == record.computer.partition(".")[0].lower()
        return record.computer if is_this else workstation
    if address:
        return address.removeprefix("::ffff:")
    return record.computer if record.text("LogonType") in AT_THE_MACHINE else None


def _to_this_computer(record: Record) -> Places:
    return _where_it_came_from(record), record.computer


def _ended_here(record: Record) -> Places:
    return None, record.computer


def _to_the_target_server(record: Record) -> Places:
    server = record.text("TargetServerName", "Destination")
    return record.computer, record.computer if server is None or server in LOOPBACK else server


def _to_the_services_host(record: Record) -> Places:
    """A machine's own service is named by its account, HOST1$; the ticket service is the domain controller's."""
    service = record.text("ServiceName")
    there = record.computer if service is None or service.startswith(TICKET_SERVICE) else service.removesuffix("$")
    return _where_it_came_from(record), there


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an event id means."""

    orientation: str
    outcome: str | None
    """None: as the event's status says."""
    places: Callable[[Record], Places]
    auth_type: str | None = None
    """Where the event does not name it."""


KINDS: Final = {
    4624: _Kind("LogOn", "Success", _to_this_computer),
    4625: _Kind("LogOn", "Fail", _to_this_computer),
    4634: _Kind("LogOff", "Success", _ended_here),
    4647: _Kind("LogOff", "Success", _ended_here),
    4648: _Kind("LogOn", "Success", _to_the_target_server),
    4768: _Kind("TGT", None, _to_this_computer, KERBEROS),
    4769: _Kind("TGS", None, _to_the_services_host, KERBEROS),
    4770: _Kind("TGS", "Success", _to_the_services_host, KERBEROS),
    4771: _Kind("TGT", "Fail", _to_this_computer, KERBEROS),
    4772: _Kind("TGT", "Fail", _to_this_computer, KERBEROS),
    4773: _Kind("TGS", "Fail", _to_the_services_host, KERBEROS),
    4774: _Kind("AuthMap", "Success", _to_this_computer),
    4775: _Kind("AuthMap", "Fail", _to_this_computer),
    4776: _Kind("AuthMap", None, _to_this_computer, NTLM),
    4777: _Kind("AuthMap", "Fail", _to_this_computer, NTLM),
}


class WindowsSecurity(LineByLine):
    """The reader. See `outcomes.Reader`."""

    name = "windows-security"
    form = "JSON lines of Windows Security events"

    @staticmethod
    def knows(line: str) -> bool:
        return line.lstrip().startswith("{")

    def outcome(self, source: str, line: str) -> Outcome:
        """See `LineByLine`."""
        return _outcome(source, _parsed(line))


def _parsed(line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except json.JSONDecodeError as error:
        raise LineError(f"not JSON: {error.msg} at character {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON that can be read: {str(error)[:80]}") from error
    if not isinstance(document, dict):
        raise LineError("not a JSON object")
    return document


def _outcome(source: str, document: dict[str, Any]) -> Event | Ignored:
    record = record_of(document)
    if record.channel is not None and record.channel.lower() != "security":
        return Ignored(f"{record.channel} {record.id}"[:60])
    kind = KINDS.get(record.id)
    if kind is None:
        return Ignored(str(record.id))
    source_host, computer = kind.places(record)
    logon_type = record.text("LogonType")
    auth_type = record.text("AuthenticationPackageName", "AuthenticationPackage", "PackageName") or kind.auth_type
    return wire.event(
        source=source,
        time_ms=record.time_ms(),
        user_id=_account(record),
        source_host=source_host,
        computer_id=computer,
        auth_type=None if auth_type is None else whole_auth_type(auth_type),
        logon_type=None if logon_type is None else LOGON_TYPES.get(logon_type, logon_type),
        orientation=kind.orientation,
        outcome=kind.outcome or _by_status(record),
    )


def _account(record: Record) -> str | None:
    name = record.text("TargetUserName", "UserName", "MappedName", "ClientUserName")
    domain = record.text("TargetDomainName", "DomainName")
    return name if name is None or domain is None or "@" in name else f"{name}@{domain}"


def _by_status(record: Record) -> str:
    status = record.text("Status")
    if status is None:
        raise LineError(f"event {record.id} has no Status")
    return "Success" if status in ("0", "0x0", "0x00000000") else "Fail"
