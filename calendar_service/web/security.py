"""Who may do what, and what browsers are told: headers, form tokens, the operator's rights."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request

from calendar_service.web.context import services
from calendar_service.web.services import is_loopback

# No script at all: nothing that an issuer writes can run.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "same-origin", not "no-referrer": with the latter, browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
COOKIE = "calendar_service_form"
_FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def register_security(app: Flask) -> None:
    """Adds headers to every answer, and makes `form_token()` known to templates."""
    app.after_request(_add_headers)
    app.jinja_env.globals["form_token"] = form_token


def is_operator(given: str | None = None) -> bool:
    """Whether this request may upload and correct.

    With an admin token set: who shows it, as `Authorization: Bearer TOKEN` or as `given` (a form's
    field). Without: only requests on this machine, which means that the server is bound to loopback,
    the public address is loopback, and so are the Host header and the peer, with no sign of a proxy.
    Behind a proxy every peer is loopback, which is why the peer alone proves nothing.
    """
    expected = services().admin_token
    if not expected:
        return _is_this_machine(request)
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    candidates = [shown.strip() if scheme.lower() == "bearer" else "", given or ""]
    return any(hmac.compare_digest(item.encode(), expected.encode()) for item in candidates)


def refuse_foreign_origin() -> None:
    """Aborts with 403 when a browser says that another site's page sent this request.

    A page from anywhere can make the operator's browser post to 127.0.0.1; programs send neither header.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site and site not in {"same-origin", "none"}:
        abort(403, "This request comes from another website's page.")
    if origin and _host_of(origin) not in {request.host.lower(), _public_host()}:
        abort(403, "This request comes from another website's page.")


def check_form() -> None:
    """Aborts with 400 when a form was not sent from our own page within the last twelve hours."""
    refuse_foreign_origin()
    nonce = request.cookies.get(COOKIE, "")
    if not services().tokens.check_form(request.form.get("form_token", ""), nonce):
        abort(
            400,
            "This form has expired. Go back, reload the page and send it again (cookies must be allowed).",
        )


def form_token() -> str:
    """The hidden field's value for a form on this page; the cookie that belongs to it is set with the answer."""
    nonce = request.cookies.get(COOKIE, "")
    if not nonce or len(nonce) > 64:
        nonce = getattr(g, "form_nonce", "") or secrets.token_urlsafe(24)
        g.form_nonce = nonce
    return services().tokens.form(nonce)


def _host_of(origin: str) -> str:
    """Host and port of an Origin header; empty where it names none, which is nobody's."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _public_host() -> str:
    return urlsplit(services().base_url).netloc.lower()


def _is_this_machine(asked: Request) -> bool:
    if not services().is_local or any(name in asked.headers for name in _FORWARDING):
        return False
    host = urlsplit(f"//{asked.host}").hostname or ""
    return is_loopback(host) and is_loopback(asked.remote_addr or "")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    nonce = getattr(g, "form_nonce", "")
    if nonce:
        response.set_cookie(
            COOKIE,
            nonce,
            max_age=12 * 3600,
            secure=services().base_url.startswith("https://"),
            httponly=True,
            samesite="Lax",
        )
        response.headers["Cache-Control"] = "private, no-store"
    return response
