"""A JSON Schema of `http.keda.sh/v1beta1` InterceptorRoute, written by us.

KEDA's HTTP add-on cannot be had where Lockyard is tested, so no API server validates this object. The schema says what
its documented fields take; it is ours, and passing it proves less than being admitted by the real definition.
"""

from __future__ import annotations

from typing import Any

_DURATION = {"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"}
_TARGET_VALUE = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_HOST = {"type": "string", "pattern": r"^(\*|(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$"}


def _closed(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


_NAME = {"type": "string", "minLength": 1}
_RULE = _closed(
    {
        "hosts": {"type": "array", "items": _HOST, "uniqueItems": True},
        "paths": {"type": "array", "items": _closed({"value": _NAME}, "value")},
        "headers": {"type": "array", "items": _closed({"name": _NAME, "value": {"type": "string"}}, "name")},
    }
)
_SPEC = _closed(
    {
        # Exactly one of port and portName.
        "target": _closed(
            {"service": _NAME, "port": {"type": "integer", "minimum": 1, "maximum": 65535}, "portName": _NAME},
            "service",
            oneOf=[{"required": ["port"]}, {"required": ["portName"]}],
        ),
        "rules": {"type": "array", "items": _RULE},
        # At least one of concurrency and requestRate.
        "scalingMetric": _closed(
            {
                "concurrency": _closed({"targetValue": _TARGET_VALUE}),
                "requestRate": _closed(
                    {"targetValue": _TARGET_VALUE, "window": _DURATION, "granularity": _DURATION},
                ),
            },
            minProperties=1,
        ),
        "timeouts": _closed({"readiness": _DURATION, "request": _DURATION, "responseHeader": _DURATION}),
    },
    "target",
    "scalingMetric",
)

OUR_INTERCEPTOR_ROUTE_SCHEMA: dict[str, Any] = _closed(
    {
        "apiVersion": {"const": "http.keda.sh/v1beta1"},
        "kind": {"const": "InterceptorRoute"},
        "metadata": {"type": "object", "required": ["name", "namespace"]},
        "spec": _SPEC,
    },
    "apiVersion",
    "kind",
    "metadata",
    "spec",
)
