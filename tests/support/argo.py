"""Argo CD's rules, as far as AuthPulse's scripts and manifests meet them: how it runs Lua, acts, and finds differences.

A script gets what Argo CD's own interpreter gives to one of a ConfigMap: basic functions, `table`, and by `require`
the clock. There is no `string` there, which a test of a script in a whole Lua would not notice.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml
from lupa import lua51

from authpulse.cli.places import ROOT

Document = Mapping[str, Any]
STATUSES: Final = frozenset({"Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"})

_SANDBOX: Final = """
function(script)
  local compiled = assert(loadstring(script))
  debug.setmetatable("", nil)
  return function(obj, now)
    local os = { time = function() return now end }
    setfenv(compiled, {
      obj = obj, ipairs = ipairs, pairs = pairs, next = next, type = type, tostring = tostring, tonumber = tonumber,
      table = table, require = function(name) assert(name == "os", "only os is there") return os end,
    })
    return compiled()
  end
end
"""


@dataclass(frozen=True)
class Health:
    status: str
    message: str


@dataclass(frozen=True)
class Customizations:
    """What an installation of Argo CD was told by its ConfigMap."""

    data: Mapping[str, str]

    def health(self, resource: Document) -> Health:
        """As Argo CD judges it: what is being deleted it does not ask the script about."""
        if resource["metadata"].get("deletionTimestamp"):
            return Health("Progressing", "Pending deletion")
        answer = run(self.data[f"resource.customizations.health.{_kind(resource)}"], resource)
        assert set(answer) == {"status", "message"}
        assert answer["status"] in STATUSES
        return Health(answer["status"], answer["message"])

    def offered(self, resource: Document) -> dict[str, bool]:
        """The actions by name, and whether they can be chosen."""
        found = run(self._actions(resource)["discovery.lua"], resource)
        return {name: not action.get("disabled", False) for name, action in found.items()}

    def act(self, name: str, resource: Document, *, now: int = 1_764_000_000) -> "Patch | Create":
        """What choosing an action sends to the API server."""
        definitions = {d["name"]: d["action.lua"] for d in self._actions(resource)["definitions"]}
        answer = run(definitions[name], resource, now=now)
        if isinstance(answer, list):
            (made,) = answer
            assert made["operation"] == "create"
            return Create(made["resource"])
        return Patch(merge_patch(resource, _as_it_was(answer, resource)))

    @property
    def actions(self) -> dict[str, list[str]]:
        """Names of all that are defined, by kind."""
        prefix = "resource.customizations.actions."
        return {
            key.removeprefix(prefix): [d["name"] for d in yaml.safe_load(text)["definitions"]]
            for key, text in self.data.items()
            if key.startswith(prefix)
        }

    def _actions(self, resource: Document) -> dict[str, Any]:
        return _parsed(self.data[f"resource.customizations.actions.{_kind(resource)}"])


@dataclass(frozen=True)
class Patch:
    """A merge patch of the resource."""

    changes: Document


@dataclass(frozen=True)
class Create:
    """Another resource."""

    resource: Document


def installed() -> Customizations:
    """By the ConfigMap of deploy/argocd."""
    return Customizations(yaml.safe_load((ROOT / "deploy/argocd/argocd-cm.yaml").read_text())["data"])


def run(script: str, resource: Document, *, now: int = 0) -> Any:
    """What a script returns, in the types of JSON. Raises lua51.LuaError, which in Argo CD is an unknown health."""
    lua, compiled = _compiled(script)
    return _json(compiled(_table(lua, resource), now))


def merge_patch(before: Document, after: Document) -> dict[str, Any]:
    """What makes the one into the other."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        was = before.get(key)
        if isinstance(value, Mapping) and isinstance(was, Mapping):
            if below := merge_patch(was, value):
                patch[key] = below
        elif key not in before or was != value:
            patch[key] = value
    return patch


def differs(manifest: Document, live: Document) -> dict[str, Any]:
    """What Argo CD would change of a custom resource by its usual, three-way comparison: the manifest's own fields,
    lists as a whole. Nothing of the status, which is the operator's."""
    own = {key: value for key, value in manifest.items() if key != "status"}
    return _without_deletions(merge_patch(live, own))


def comparable(live: Document) -> dict[str, Any]:
    """A live resource without what the comparison of server-side applies leaves out."""
    left = deepcopy(dict(live))
    left.pop("status", None)
    for field in ("managedFields", "resourceVersion", "generation", "creationTimestamp", "uid"):
        left["metadata"].pop(field, None)
    return left


@cache
def _parsed(actions: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(actions)
    return parsed


@cache
def _compiled(script: str) -> tuple[Any, Callable[..., Any]]:
    """An interpreter for this script alone, and the script with new globals at every call."""
    lua = lua51.LuaRuntime(unpack_returned_tuples=True)
    return lua, lua.eval(_SANDBOX)(script)


def _kind(resource: Document) -> str:
    group = str(resource["apiVersion"]).split("/", maxsplit=1)[0]
    return f"{group}_{resource['kind']}"


def _table(lua: Any, value: Any) -> Any:
    if isinstance(value, Mapping):
        return lua.table_from({k: _table(lua, v) for k, v in value.items() if v is not None})
    if isinstance(value, list | tuple):
        return lua.table_from([_table(lua, v) for v in value])
    return value


def _json(value: Any) -> Any:
    """An empty table is an empty list, as the encoder that Argo CD uses has it."""
    if lua51.lua_type(value) != "table":
        return int(value) if isinstance(value, float) and value.is_integer() else value
    keys = list(value.keys())
    if keys == list(range(1, len(keys) + 1)):
        return [_json(value[k]) for k in keys]
    assert all(isinstance(k, str) for k in keys), f"neither a list nor a map: {keys}"
    return {k: _json(value[k]) for k in keys}


def _as_it_was(after: Any, before: Any) -> Any:
    """What was an empty map comes out of Lua as an empty list, and Argo CD puts it back."""
    if isinstance(after, list) and isinstance(before, Mapping) and not after:
        return before
    if isinstance(after, dict) and isinstance(before, Mapping):
        return {k: _as_it_was(v, before.get(k)) for k, v in after.items()}
    if isinstance(after, list) and isinstance(before, list) and len(after) == len(before):
        return [_as_it_was(a, b) for a, b in zip(after, before, strict=True)]
    return after


def _without_deletions(patch: Document) -> dict[str, Any]:
    """Of what the manifest does not have nothing is taken away."""
    kept: dict[str, Any] = {}
    for key, value in patch.items():
        below = _without_deletions(value) if isinstance(value, Mapping) else value
        if value is not None and (below or not isinstance(value, Mapping)):
            kept[key] = below
    return kept
