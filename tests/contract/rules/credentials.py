"""Credentials (workload-api §16)."""

from ..table import rule
from ..world import ID, NOBODY, World, container, spec

SECRET = "s3cret-value-that-nobody-may-see"


@rule("A60")
def credentials(t: World) -> None:
    """Credentials are made, listed, changed and deleted; their values are never answered."""
    name = t.name("credential")
    body = {"name": name, "credentialType": "s3", "awsAccessKeyId": "AKIA", "awsSecretAccessKey": SECRET}
    made = t.answered(201, "POST", "/credentials/", json=body)
    assert ID.fullmatch(made["credentialId"])
    assert (made["name"], made["credentialType"], made["description"]) == (name, "s3", "")
    path = f"/credentials/{made['credentialId']}/"
    assert t.answered(200, "GET", path) == made
    assert t.answered(409, "POST", "/credentials", json=body) == {"message": "credential name already exists"}
    changed = t.answered(200, "PATCH", path, json={"description": "rotated", "awsSecretAccessKey": f"{SECRET}-2"})
    assert changed["description"] == "rotated"
    listed = t.answered(200, "GET", "/credentials", params={"types": "s3", "limit": 100})
    assert changed in listed["data"]
    assert t.answered(200, "GET", "/credentials", params={"types": "basic", "limit": 100})["data"] == []
    for shown in (made, changed, listed):
        assert SECRET not in str(shown)
    for method in ("GET", "PATCH", "DELETE"):
        error = t.answered(404, method, f"/credentials/{NOBODY}", json={} if method == "PATCH" else None)
        assert error == {"message": f"The credential item: {NOBODY} is not found"}
    t.answered(204, "DELETE", path)
    t.answered(404, "GET", path)


@rule("A61")
def wrong_credentials(t: World) -> None:
    """A credential has the values of its type, and a refusal does not repeat them."""
    good = {"name": t.name("credential"), "credentialType": "basic", "user": "u", "password": SECRET}
    for wrong, path in (
        ({**good, "credentialType": "keys"}, "credentialType"),
        ({**good, "apiToken": SECRET}, "apiToken"),
        ({key: value for key, value in good.items() if key != "password"}, "password"),
        ({**good, "name": ""}, "name"),
        ({**good, "password": 7}, "password"),
        ({**good, "colour": SECRET}, "colour"),
    ):
        response = t.api.post("/credentials", json=wrong)
        assert response.status_code == 422
        assert path in [problem["path"] for problem in response.json()["detail"]]
        assert SECRET not in response.text
    made = t.answered(201, "POST", "/credentials", json=good)
    error = t.api.patch(f"/credentials/{made['credentialId']}", json={"sasToken": SECRET})
    assert error.status_code == 422
    assert SECRET not in error.text


@rule("A62")
def referred_credentials(t: World) -> None:
    """An environment variable may name a credential, which may go all the same; the value stays hidden (R29)."""
    body = {"name": t.name("credential"), "credentialType": "api_token", "apiToken": SECRET}
    made = t.answered(201, "POST", "/credentials", json=body)
    variable = {"source": "dr-credential", "name": "TOKEN", "drCredentialId": made["credentialId"], "key": "apiToken"}
    artifact = t.artifact(spec=spec(container(environmentVars=[variable])))
    assert SECRET not in str(t.running(artifact))
    t.answered(204, "DELETE", f"/credentials/{made['credentialId']}")
    assert t.client.get_artifact(artifact["id"])["spec"] == artifact["spec"]
