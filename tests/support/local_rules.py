"""The rules on one document, run as a sync runs them: what a glance spares is spared."""

from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Resource
from fgd_sync.rules.plain import form_of
from fgd_sync.rules.registry import Context, run_local


def run_alone(resource: Resource, context: Context) -> list[Finding]:
    """What the rules on one document find in a resource."""
    return run_local(resource, form_of(resource.ref.kind, resource.body), context)
