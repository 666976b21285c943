"""What a person decides about an action: by a form on its page, or as JSON; for the operator only."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from calendar_service.model.records import Correction
from calendar_service.publish.cleaning import clean_line
from calendar_service.web.context import services
from calendar_service.web.queries import check_id
from calendar_service.web.security import check_form, is_operator

blueprint = Blueprint("corrections", __name__)


@blueprint.post("/actions/<action_id>/corrections")
def take_correction(action_id: str) -> Response:
    """Applies what the form says and shows the action again."""
    check_form()
    if not is_operator(request.form.get("admin_token")):
        abort(403, "Only the operator may settle what is on hold: the token is missing or wrong.")
    try:
        correction = read_correction({**request.form, "target": check_id(action_id)})
    except ValueError as error:
        abort(422, str(error))
    services().correct(correction)
    return redirect(f"/actions/{action_id}", code=303)


def read_correction(data: Mapping[str, object]) -> Correction:
    """A correction from the fields target, field, value, by and why. Raises ValueError in words for a person."""
    from calendar_service.model.reconcile.overrides import find_problem  # with all that reconciling needs

    said = {name: str(data.get(name) or "").strip() for name in ("target", "field", "value", "by", "why")}
    missing = [name for name in ("target", "field", "by") if not said[name]]
    if missing:
        raise ValueError(f"Missing: {', '.join(missing)}.")
    problem = find_problem(said["field"], said["value"])
    if said["field"] == "release" and said["value"]:
        problem = "Choose which date this day is, or leave the day empty to publish all as it is."
    if problem:
        raise ValueError(problem)
    return Correction(
        check_id(said["target"]),
        said["field"],
        said["value"][:500],
        clean_line(said["by"], 100),
        services().clock.now(),
        clean_line(said["why"], 500),
    )
