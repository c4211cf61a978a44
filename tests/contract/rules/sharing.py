"""R126: shared roles."""

from lockyard.contract import NotFoundError, ValidationFailedError

from ..table import rule
from ..world import NOBODY, World

ANNA = {"id": "aa" * 12, "shareRecipientType": "user"}


@rule("R126")
def shared_roles(t: World) -> None:
    """1 to 100 roles are set, others stay, `NO_ROLE` takes one away."""
    workload = t.workload()
    ids = {
        "workloads": workload["id"],
        "artifacts": workload["artifactId"],
        "artifactRepositories": workload["artifact"]["artifactRepositoryId"],
    }
    for kind, id in ids.items():
        before = list(t.client.list_shared_roles(kind, id))
        for wrong in (
            [],
            [{**ANNA, "role": "USER"}] * 101,
            [{**ANNA, "role": "KING"}],
            [{"role": "USER", "shareRecipientType": "user"}],
            [{**ANNA, "role": "USER", "shareRecipientType": "robot"}],
        ):
            t.refused(ValidationFailedError, t.client.update_shared_roles, kind, id, wrong)
        assert list(t.client.list_shared_roles(kind, id)) == before
        t.client.update_shared_roles(kind, id, [{**ANNA, "role": "CONSUMER"}])
        t.client.update_shared_roles(kind, id, [{**ANNA, "role": "USER"}])
        added = [role for role in t.client.list_shared_roles(kind, id) if role["id"] == ANNA["id"]]
        assert [(role["role"], role["shareRecipientType"]) for role in added] == [("USER", "user")]
        assert set(added[0]) == {"id", "name", "role", "shareRecipientType"}
        t.client.update_shared_roles(kind, id, [{**ANNA, "role": "NO_ROLE"}])
        assert list(t.client.list_shared_roles(kind, id)) == before
        t.refused(NotFoundError, t.client.list_shared_roles, kind, NOBODY)
        t.refused(NotFoundError, t.client.update_shared_roles, kind, NOBODY, [{**ANNA, "role": "USER"}])
        if t.over_http:
            path, roles = f"/{kind}/{id}/sharedRoles/", [{**ANNA, "role": "NO_ROLE"}]
            t.answered(204, "PATCH", path, json={"operation": "updateRoles", "roles": roles})
            t.answered(422, "PATCH", path, json={"operation": "replaceRoles", "roles": roles})
            t.answered(422, "PATCH", path, json={"roles": roles})
