"""Signing in, and what others may read."""

from typing import Literal

from pydantic import Field, SecretStr

from callbot.settings.kinds import Part

__all__ = ["Pages"]


class Pages(Part):
    """Signing in, and what others may read."""

    session_hours: int = Field(12, ge=1, le=168, description="Hours that a sign-in lasts at most.")
    session_idle_minutes: int = Field(
        60,
        ge=5,
        le=1440,
        description="Minutes after which a sign-in ends when no page is open any more; an open page asks for news, and is not idle.",
    )
    audit_days: int = Field(
        365,
        ge=30,
        le=3650,
        description="Days that the journal of who changed what is kept; then its lines are purged.",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^(https://[\w.:\[\]-]+(/[\w./~-]*)?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/[\w./~-]*)?)?$",
        description="OpenID Connect: the identity provider's issuer address, under which /.well-known/openid-configuration is read; "
        "empty: sign-in by password only (docs/exploitation/acces.md).",
    )
    oidc_client_id: str = Field("", description="Our identifier at the provider.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="Our secret at the provider; empty: a public client (PKCE alone)."
    )
    oidc_pkce: bool = Field(
        default=True,
        description="Whether PKCE is used; off only for a provider that refuses its parameters, as ProConnect does: then with a secret.",
    )
    oidc_scopes: str = Field(
        "openid profile email", description="What is asked for, with spaces in between; `openid` is required."
    )
    oidc_name_claim: str = Field(
        "preferred_username",
        description="The claim that gives a new account its name; `email` and `sub` are tried after it.",
    )
    oidc_role_claim: str = Field(
        "roles",
        description="The claim with the person's roles or groups: a text or a list, also in the depth (realm_access.roles).",
    )
    oidc_roles: tuple[str, ...] = Field(
        (),
        description="Which value of that claim gives which role, as value=role; the widest one counts, and who has none is not let in. "
        "Example: mairie-accueil=receptionist, mairie-dsi=administrator.",
    )
    oidc_button: str = Field(
        "Se connecter avec le compte de la mairie", min_length=1, description="What the sign-in button says."
    )
    api_requests_per_minute: int = Field(
        60, ge=1, le=6000, description="Requests that one token of the read API may make in a minute."
    )
    webhook_url: str = Field(
        "",
        pattern=r"^(https://[^\s@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?)?$",
        description="Where each call that has ended is told (docs/api.md), signed with webhook_secret; empty: nowhere.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The key of the signatures, `whsec_…`; `callbot webhooks secret` makes one.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Secret that Prometheus gives to read /metrics (Authorization: Bearer …); empty: only who has signed in may.",
    )
    language_model_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Base address of an OpenAI-compatible language model that may draft answers for people to edit, and never speaks; "
        "empty: none.",
    )
    language_model: str = Field("", description="The model's name, as that address knows it.")
    language_model_key: SecretStr = Field(
        SecretStr(""), description="Key that the address asks for; empty: none."
    )
    language_model_seconds: int = Field(30, ge=1, le=300, description="How long its answer is waited for.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What is logged, on standard error."
    )
