"""The rules of the contract that are not shown, and why."""

_ONE_USER = "there is one user so far: one token, no directory of users"
_NO_BUILDS = "image builds and the Files API are not there yet"
_NO_STATISTICS = "requests do not pass through the registry, so it has no statistics and no routes for them"
_NO_STATUS_DETAILS = "replicas are shown in the proton; the statusDetails route is not there yet"

UNCOVERED: dict[str, str] = {
    "R46": _NO_STATISTICS,
    "R53": _ONE_USER,
    "R69": "volumes are made by the components on a cluster, not by the registry",
    "R70": _NO_BUILDS,
    "R71": _NO_BUILDS,
    "R72": _NO_BUILDS,
    "R73": _NO_BUILDS,
    "R74": _NO_BUILDS,
    "R76": _NO_BUILDS,
    "R121": _NO_STATUS_DETAILS,
    "R122": _NO_STATUS_DETAILS,
    "R124": _NO_STATISTICS,
    "R125": _NO_STATISTICS,
    "R127": _ONE_USER,
    "R129": "requests go to the cluster, not through the registry",
    "R130": _NO_BUILDS,
}
