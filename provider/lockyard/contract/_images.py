"""Rules for where a container's image comes from (workload-api §4.1, D7)."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from ._errors import Problem
from ._unknown import is_unknown


def image_problems(image_uri: Any, image_build_config: Any, stored_image_uris: Container[object]) -> list[Problem]:
    """A container has an image or a recipe to build one, not both and not neither (R26, D7).

    Args:
        image_uri: the image, None or UNKNOWN.
        image_build_config: the recipe, None or UNKNOWN.
        stored_image_uris: images the registry already stores for the artifact; such an image may stand beside the
            recipe, since that is what an answer of the registry looks like after a build.
    """
    if is_unknown(image_uri) or is_unknown(image_build_config):
        return []
    if image_uri is None and image_build_config is None:
        return [
            Problem(
                "imageUri",
                "Field required: give either imageUri or imageBuildConfig",
                "missing",
            )
        ]
    if image_uri is not None and image_build_config is not None and image_uri not in stored_image_uris:
        return [
            Problem(
                "imageUri",
                "must not be given together with imageBuildConfig: the build sets it",
            )
        ]
    return []
