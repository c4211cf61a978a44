"""The packages' public names and what importing them costs."""

import json
import subprocess
import sys

import pytest

import lockyard
import lockyard.contract as contract


def test_all_names_are_there_and_sorted() -> None:
    assert len(set(contract.__all__)) == len(contract.__all__)
    for name in contract.__all__:
        assert getattr(contract, name) is not None
    assert set(contract.__all__) <= set(dir(contract))


def test_every_public_name_is_listed() -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("lockyard.contract._")]
    public = {name for name in vars(contract) if not name.startswith("_")}
    own = {name for name in public if any(hasattr(module, name) for module in modules)}
    assert own - {"Any", "TYPE_CHECKING", "annotations", "import_module"} <= set(contract.__all__)


def test_names_that_are_not_there() -> None:
    for module in (contract, lockyard):
        with pytest.raises(AttributeError, match="nothing_like_it"):
            _ = module.nothing_like_it


def loaded_by(statement: str) -> set[str]:
    code = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    return set(
        json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    )


def test_the_contract_costs_little() -> None:
    loaded = loaded_by("import lockyard.contract")
    heavy = {"pulumi", "httpx", "rfc8785", "sqlalchemy", "fastapi", "difflib"}
    assert not heavy & loaded
    assert not {"lockyard.contract._answers", "lockyard.contract._queries", "lockyard.contract._reports"} & loaded
    assert not {name for name in loaded if name.startswith("lockyard.") and not name.startswith("lockyard.contract")}


def test_errors_of_the_package_without_pulumi() -> None:
    assert "pulumi" not in loaded_by("from lockyard import LockyardError, ValidationFailedError")
    assert lockyard.LockyardError is contract.LockyardError
    assert set(lockyard.__all__) <= set(dir(lockyard))
