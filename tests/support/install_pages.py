"""What the pages of docs/install tell a reader to type, and which test types it.

A command is a line of a block, or a span of code that begins with one of the programs. Each is in one of the lists
below, word for word as its page has it and in the order in which it is typed; a test fails for one that is in none.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final

from authpulse.cli.places import ROOT

PAGES: Final = ROOT / "docs/install"
BLOCK: Final = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS: Final = r"authpulse|aws|docker|helm|kind|kubectl|make|minikube|skaffold|deploy/\S+\.sh|scripts/\S+"
SPAN: Final = re.compile(rf"`((?:{PROGRAMS}) [^`]+)`")
PLACEHOLDERS: Final = {"sha256:…": f"sha256:{'0' * 64}", "REGISTRY": "registry.example", "ACCOUNT": "123456789012"}


def commands(page: str) -> Iterator[str]:
    """Of a page's text: those of its blocks, then those within its sentences. Comments are left out."""
    for block in BLOCK.findall(page):
        lines = iter(re.sub(r"\s*\\\n\s*", " ", block).splitlines())
        for line in lines:
            if document := re.search(r"<<(\w+)", line):
                yield "\n".join([line, *takewhile(document[1].__ne__, lines), document[1]])
            elif command := re.sub(r"(^|\s+)#\s.*", "", line):
                yield command
    yield from SPAN.findall(BLOCK.sub("", page))


def filled_in(command: str, **words: str) -> str:
    """With something for each placeholder; `words` are those of the command alone."""
    for placeholder, value in {**PLACEHOLDERS, **words}.items():
        command = command.replace(placeholder, value)
    return command


_INSTALL: Final = "helm install authpulse charts/authpulse --namespace authpulse-system --create-namespace"

# On a cluster of one node: tests/cluster_e2e. What is named here stands in several pages, or is asked about in between.
BUILD: Final = "make build && scripts/images --tag 0.1.0"
LOAD: Final = "kind load docker-image authpulse-operator:0.1.0 authpulse-workers:0.1.0 authpulse-localstack:0.1.0"
INSTALL: Final = _INSTALL
INSTALL_IN_SOME_NAMESPACES: Final = f"{_INSTALL} --set namespaces={{security}}"
INSTALL_WITH_LOCAL_AWS: Final = f"{_INSTALL} --set localstack.enabled=true --wait --timeout 10m"
TEST: Final = "helm test authpulse --namespace authpulse-system"
UPGRADE: Final = "helm upgrade authpulse charts/authpulse --namespace authpulse-system --reuse-values"
DELETE_RESOURCES: Final = "kubectl delete authpulses --all --all-namespaces"
UNINSTALL: Final = "helm uninstall authpulse --namespace authpulse-system"
DEFINITIONS: Final = ("authpulses.authpulse.io", "authpulsesnapshots.authpulse.io")
DELETE_DEFINITIONS: Final = f"kubectl delete crd {' '.join(DEFINITIONS)}"

MANIFESTS: Final = (
    "kubectl apply --server-side -k deploy/manifests",
    "kubectl rollout status deployment/authpulse -n authpulse-system",
    "kubectl delete -n authpulse-system deployment/authpulse",
    "kubectl delete --ignore-not-found -k deploy/manifests",
)

EXAMPLE: Final = "deploy/skaffold/example.sh"
QUERY: Final = 'deploy/skaffold/query.sh "SELECT rule_id, count(*) FROM auth_alerts GROUP BY rule_id"'
SKAFFOLD: Final = (
    "skaffold run -p e2e",
    "kubectl wait authpulse/dev --for condition=Ready --timeout 15m",
    "kubectl wait authpulse/dev --for condition=ReplayComplete --timeout 15m",
    QUERY,
    "skaffold build --file-output builds.json",
    "skaffold verify -p e2e -a builds.json",
)
SKAFFOLD_DEV: Final = "skaffold dev"
SKAFFOLD_DELETE: Final = "skaffold delete"
LET_GO: Final = """kubectl patch authpulse NAME --type merge -p '{"metadata":{"finalizers":null}}'"""
WHEN_NOT_WELL: Final = (
    "kubectl get authpulses --all-namespaces -o wide",
    "kubectl authpulse status NAME -n NAMESPACE",
    "kubectl logs -n authpulse-system deployment/authpulse",
    "kubectl logs job/NAME-…",
    "kubectl describe pod",
    "authpulse plan -f FILE --output json",
)

ON_A_NODE: Final = frozenset(
    {BUILD, LOAD, INSTALL, INSTALL_IN_SOME_NAMESPACES, INSTALL_WITH_LOCAL_AWS, TEST, UPGRADE, DELETE_RESOURCES}
    | {UNINSTALL, DELETE_DEFINITIONS, *MANIFESTS, EXAMPLE, *SKAFFOLD, SKAFFOLD_DEV, SKAFFOLD_DELETE}
    | {LET_GO, *WHEN_NOT_WELL}
)

# On an API server: tests/chart.
ARGO_CD: Final = (
    "kubectl patch configmap argocd-cm -n argocd --patch-file deploy/argocd/argocd-cm.yaml",
    "kubectl apply -n argocd -f deploy/argocd/application.yaml",
)

_PLUGIN: Final = "tests/cluster/plugin/test_plugin.py"
IN_OTHER_TESTS: Final[Mapping[str, str]] = {
    "kubectl authpulse suspend NAME": _PLUGIN,
    "kubectl authpulse restart NAME": _PLUGIN,
    "kubectl authpulse snapshot NAME": _PLUGIN,
    "kubectl authpulse rollback NAME": _PLUGIN,
    "helm template": "tests/support/helm.py",
}
"""Typed by tests that are not about pages."""
MENTIONED: Final = frozenset({"make build", "make e2e", "helm test", "helm uninstall", "skaffold run"})
"""Parts of commands that are above, and what types them all."""

_MINIKUBE: Final = "no minikube, and none can be fetched where tests run"
_REGISTRY: Final = "the images would have to be in a registry"
NOT_RUN: Final[Mapping[str, str]] = {
    "docker save authpulse-operator:0.1.0 authpulse-workers:0.1.0 authpulse-localstack:0.1.0"
    " | sudo k3s ctr images import -": "no k3s; tests load a containerd of their own in the same way",
    **{f"minikube image load authpulse-{image}:0.1.0": _MINIKUBE for image in ("operator", "workers", "localstack")},
    f"{_INSTALL} --set image.repository=REGISTRY/authpulse-operator --set image.digest=sha256:…"
    " --set workers.image.repository=REGISTRY/authpulse-workers --set workers.image.digest=sha256:…"
    ' --set serviceAccount.annotations."eks\\.amazonaws\\.com/role-arn"='
    "arn:aws:iam::ACCOUNT:role/authpulse-prod-operator"
    " --set namespaces={security} --set workers.serviceAccount.create=true"
    " --set workers.serviceAccount.name=authpulse-workers"
    ' --set workers.serviceAccount.annotations."eks\\.amazonaws\\.com/role-arn"'
    "=arn:aws:iam::ACCOUNT:role/authpulse-prod-workers": f"{_REGISTRY}, and the roles in AWS: rendered only",
    "kubectl apply --server-side -k overlay": f"{_REGISTRY}: rendered only",
    "aws kinesisanalyticsv2 list-application-snapshots": "named without its arguments; tests/runbook has it run",
}
"""What no test types, and why not. `rendered only`: what would be installed is looked at (tests/chart)."""
