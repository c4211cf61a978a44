"""The content of a pull secret for NVIDIA's registry."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Final

NGC_REGISTRY: Final = "nvcr.io"
NGC_USER: Final = "$oauthtoken"


def ngc_docker_config(api_key: str) -> str:
    """`.dockerconfigjson` of a Secret of type `kubernetes.io/dockerconfigjson` that pulls from `nvcr.io`.

    Args:
        api_key: the NGC API key; a secret, so call this inside `Output.apply`.
    """
    auth = b64encode(f"{NGC_USER}:{api_key}".encode()).decode()
    return json.dumps({"auths": {NGC_REGISTRY: {"username": NGC_USER, "password": api_key, "auth": auth}}})
