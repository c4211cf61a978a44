"""Recognises people by tokens of an OpenID Connect issuer, such as a company's login."""

from ._issuer import Issuer, Person
from ._settings import OidcSettings, oidc_settings

__all__ = ["Issuer", "OidcSettings", "Person", "oidc_settings"]
