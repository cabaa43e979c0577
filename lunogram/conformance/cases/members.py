"""Members: which user belongs to which organization.

Who is a member, and with what data, cannot be read over the Client API; that somebody was one
shows when the membership is removed.
"""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import EMPTY, ExpectedResponse, case, delete, post, problem, subject

_PATH = "/organizations/users"
_ADD = "add member: organization, user, data? (shallow merge): 200 empty; 404."
_REMOVE = "remove member: 204; 404."
_CASCADE = "delete organization: 204, memberships go too; 404."
_LOOK_UP = "Any pair that matches finds the subject."

_USER = post("/users", subject("{user}"))
_ORG = post("/organizations", subject("{org}"))
_ADDED, _REMOVED = ExpectedResponse(200, EMPTY), ExpectedResponse(204, EMPTY)
_NO_USER, _NO_ORG = problem(404, "user not found"), problem(404, "organization not found")


def _pair(organization: str = "{org}", user: str = "{user}", **more: Any) -> dict[str, Any]:
    return {"organization": subject(organization), "user": subject(user), **more}


_NOT_A_MEMBER = delete(_PATH, _pair(), _REMOVED)

CASES = [
    case(
        "a user is made a member, and removed again",
        f"{_ADD} {_REMOVE}",
        _USER,
        _ORG,
        post(_PATH, _pair(data={"role": "admin"}), _ADDED),
        delete(_PATH, _pair(), _REMOVED),
    ),
    case(
        "a user who is a member already can be added again, with other data or none",
        _ADD,
        _USER,
        _ORG,
        post(_PATH, _pair(data={"role": "admin"}), _ADDED),
        post(_PATH, _pair(data={"department": "sales"}), _ADDED),
        post(_PATH, _pair(data=None), _ADDED),
        post(_PATH, _pair(), _ADDED),
        delete(_PATH, _pair(), _REMOVED),
        _NOT_A_MEMBER,
    ),
    case("a user who is no member can be removed", _REMOVE, _USER, _ORG, _NOT_A_MEMBER),
    case(
        "a member is found by any identifier of either",
        _LOOK_UP,
        post("/users", subject("{user}", "stripe:{user}.cus")),
        post("/organizations", subject("{org}", "stripe:{org}.cus")),
        post(_PATH, _pair("stripe:{org}.cus", "stripe:{user}.cus"), _ADDED),
        delete(_PATH, _pair(), _REMOVED),
    ),
    case(
        "an unknown user cannot be added, and is not created",
        _ADD,
        _ORG,
        post(_PATH, _pair(user="{unknown}"), _NO_USER),
        delete("/users", subject("{unknown}"), _NO_USER),
    ),
    case(
        "no user can be added to an unknown organization, and it is not created",
        _ADD,
        _USER,
        post(_PATH, _pair("{unknown}"), _NO_ORG),
        delete("/organizations", subject("{unknown}"), _NO_ORG),
    ),
    case(
        "an unknown user cannot be removed",
        _REMOVE,
        _ORG,
        delete(_PATH, _pair(user="{unknown}"), _NO_USER),
    ),
    case(
        "no user can be removed from an unknown organization",
        _REMOVE,
        _USER,
        delete(_PATH, _pair("{unknown}"), _NO_ORG),
    ),
    case(
        "a membership needs both, the organization and the user",
        "organization {identifier}, user {identifier}.",
        _USER,
        _ORG,
        post(_PATH, {"organization": subject("{org}")}, problem(400)),
        post(_PATH, {"user": subject("{user}")}, problem(400)),
    ),
    case(
        "memberships go with their organization, and users stay",
        _CASCADE,
        _USER.keeping(id="id"),
        _ORG,
        post(_PATH, _pair(), _ADDED),
        delete("/organizations", subject("{org}"), _REMOVED),
        delete(_PATH, _pair(), _NO_ORG),
        post("/users", subject("{user}"), ExpectedResponse(200, {"id": "{id}"})),
        _ORG,
        _NOT_A_MEMBER,
    ),
    case(
        "a membership in one organization stays when another is deleted",
        _CASCADE,
        _USER,
        _ORG,
        post("/organizations", subject("{other_org}")),
        post(_PATH, _pair(), _ADDED),
        post(_PATH, _pair("{other_org}"), _ADDED),
        delete("/organizations", subject("{other_org}"), _REMOVED),
        delete(_PATH, _pair(), _REMOVED),
    ),
    case(
        "memberships go with their user, and organizations stay",
        "delete user: 204.",
        _USER,
        _ORG.keeping(id="id"),
        post(_PATH, _pair(), _ADDED),
        delete("/users", subject("{user}"), _REMOVED),
        delete(_PATH, _pair(), _NO_USER),
        post("/organizations", subject("{org}"), ExpectedResponse(200, {"id": "{id}"})),
        _USER,
        _NOT_A_MEMBER,
    ),
]
