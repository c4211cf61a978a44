"""The rules of the contract that are not shown, and why."""

_NO_BUILDS = "image builds and the Files API are not there yet"

UNCOVERED: dict[str, str] = {
    "R70": _NO_BUILDS,
    "R71": _NO_BUILDS,
    "R72": _NO_BUILDS,
    "R73": _NO_BUILDS,
    "R74": _NO_BUILDS,
    "R76": _NO_BUILDS,
    "R130": _NO_BUILDS,
}
