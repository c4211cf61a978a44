"""The rules of the contract that are not shown, and why."""

_ONE_USER = "there is one user so far: one token, no directory of users"
_NO_BUILDS = "image builds and the Files API are not there yet"

UNCOVERED: dict[str, str] = {
    "R53": _ONE_USER,
    "R69": "volumes are made by the components on a cluster, not by the registry",
    "R70": _NO_BUILDS,
    "R71": _NO_BUILDS,
    "R72": _NO_BUILDS,
    "R73": _NO_BUILDS,
    "R74": _NO_BUILDS,
    "R76": _NO_BUILDS,
    "R127": _ONE_USER,
    "R130": _NO_BUILDS,
}
