"""Puts the application together."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI

from ..lifecycle import Registry
from ..oidc import Issuer, OidcSettings
from . import (
    _account,
    _artifacts,
    _audit,
    _bundles,
    _credentials,
    _environments,
    _invoke,
    _otel,
    _repositories,
    _rollouts,
    _sharing,
    _statistics,
    _status,
    _tags,
    _use_cases,
    _version,
    _workloads,
)
from ._errors import add_error_handlers
from ._forward import DEFAULT_DEADLINES, Deadlines, Forwarder
from ._gate import Gate
from ._health import add_health
from ._identify import OneToken, Users
from ._invoke_hosts import EVERY_HOST
from ._invoke_hosts import invoke_hosts as allowed_hosts
from ._invoke_origin import InvokeOrigin
from ._metrics import ServerMetrics, add_metrics
from ._observe import Observe
from ._openapi import add_openapi
from ._paths import API_PATH
from ._remembered import Remember
from ._routing import Routes
from ._throttle import Throttle

# Routes are tried in this order, so what is asked most comes first. Statistics come before workloads: the path
# /workloads/stats is no workload's id (R124).
_MODULES = (
    _artifacts,
    _repositories,
    _version,
    _account,
    _audit,
    _bundles,
    _environments,
    _use_cases,
    _credentials,
    _statistics,
    _workloads,
    _rollouts,
    _status,
    _tags,
    _sharing,
    _otel,
    _invoke,
)


def create_app(
    registry: Registry,
    *,
    token: str | None = None,
    users: bool = False,
    oidc: OidcSettings | None = None,
    additions: bool = True,
    rate: str | None = None,
    invoke_hosts: Sequence[str] = EVERY_HOST,
    invoke_headers: Sequence[str] = (),
    invoke_url: str | None = None,
    deadlines: Deadlines = DEFAULT_DEADLINES,
) -> FastAPI:
    """The registry as an ASGI application.

    Args:
        registry: What it serves. It stays open when the application ends.
        token: The bearer token that every call under `/api/v2` must carry, on a registry of one person.
        users: Instead of it, callers are users of the registry, with tokens and roles of their own.
        oidc: An issuer whose tokens are taken from users, too.
        additions: False gives a plain server of the Workload API: routes, headers and document keys that are not in the
            contract are not there.
        rate: How often one caller may ask, such as `200/second`; more is answered with 429. None for no limit.
        invoke_hosts: Hosts that requests to workloads may be forwarded to: names, patterns like `*.svc`, addresses and
            networks. Loopback, link-local, metadata and reserved addresses only if they are written out.
        invoke_headers: Headers that are forwarded in both directions besides the usual ones; `X-Own-*` stands for all
            that begin so.
        invoke_url: The origin that workloads are invoked at, such as `https://models.example`: another name of this
            server, under which there is no API. None: the API's own.
        deadlines: How long forwarded requests may take.

    Raises:
        ConfigurationError: The rate, or what is said of invocations, cannot be read.
        ValueError: Neither a token nor users, or both.
    """
    if bool(token) == users:
        raise ValueError("a server needs a token or users: without either it would be open to everybody")
    # Interactive documentation pages load scripts from elsewhere, so there are none.
    app = FastAPI(
        title="Lockyard registry",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # Numbers and log are ours; the framework would look for an exporter at each request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.registry = registry
    app.state.additions = additions
    origin = InvokeOrigin(registry.registry_id, invoke_url)
    app.state.invoke_url = origin.url
    app.state.forwarder = Forwarder(
        allowed_hosts(invoke_hosts), tuple(invoke_headers), sandboxed=origin.url is None, deadlines=deadlines
    )
    routes = Routes(app, additions=additions)
    for module in _MODULES:
        module.add_routes(routes)
    app.state.body_models = routes.body_models
    metrics = ServerMetrics()
    add_health(app)
    add_metrics(app, metrics)
    add_openapi(app, routes)
    add_error_handlers(app)
    # The last one added is the outermost.
    app.add_middleware(Remember, store=registry.store)
    authenticator = OneToken(token) if token else Users(registry.store, Issuer(oidc) if oidc else None)
    limit = Throttle(rate) if rate else None
    app.add_middleware(Gate, authenticator=authenticator, api_path=API_PATH, origin=origin, throttle=limit)
    app.add_middleware(Observe, metrics=metrics)
    return app
