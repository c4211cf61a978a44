"""Storage of model weights (R62 to R64)."""

import pytest

from lockyard.contract import UNKNOWN, NimStorage, ValidationFailedError, compact, dump, parse


def test_r62_dedicated_by_default() -> None:
    assert dump(parse(NimStorage, {})) == {"mode": "dedicatedPvc", "pvcSize": None}
    assert compact(parse(NimStorage, {"mode": None})) == {}


@pytest.mark.parametrize("mode", ["disk", "", "DedicatedPvc", 1])
def test_r63_other_modes_are_refused(mode: object) -> None:
    with pytest.raises(ValidationFailedError, match="mode"):
        parse(NimStorage, {"mode": mode})


@pytest.mark.parametrize("size", ["150Gi", "1.5Ti", "512Mi", UNKNOWN])
def test_r64_accepted(size: object) -> None:
    assert parse(NimStorage, {"pvcSize": size}).pvc_size == size


@pytest.mark.parametrize("size", ["150GB", "150", "-1Gi", "1.Gi", ".5Gi", "Gi", "", "1 Gi", "1Gi\n", "1gi", 150, "٣Gi"])
def test_r64_refused(size: object) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(NimStorage, {"pvcSize": size})
    assert [problem.path for problem in caught.value.problems] == ["pvcSize"]


def test_a_shared_cache_has_no_size() -> None:
    with pytest.raises(ValidationFailedError, match="pvcSize"):
        parse(NimStorage, {"mode": "nimCache", "pvcSize": "1Gi"})
    parse(NimStorage, {"mode": "nimCache", "pvcSize": UNKNOWN})
    parse(NimStorage, {"mode": UNKNOWN, "pvcSize": "1Gi"})
