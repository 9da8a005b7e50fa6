"""A small Stripe of our own: transfers and accounts, in memory, checked against the types of the pinned SDK.

It answers like Stripe's API over the SDK's HTTP client, so that the SDK itself is in every test. Keys may be
forgotten, and faults put in front of or behind what it does.
"""

import itertools
import json
from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict
from urllib.parse import parse_qsl, urlencode, urlsplit

import stripe
from stripe import RequestOptions
from stripe.params import (
    AccountCreateParams,
    AccountLinkCreateParams,
    EventListParams,
    PayoutRetrieveParams,
    TransferCreateParams,
    TransferListParams,
    TransferRetrieveParams,
)

EVENTS_A_PAGE = 2  # Stripe gives a hundred; a list has several pages either way


class FakeStripe(stripe.HTTPClient):
    """``faults`` are taken one a request: "drop before", "drop after", 500, 429, 409 or 402."""

    name = "fake"

    def __init__(self) -> None:
        super().__init__()
        self.transfers: dict[str, dict[str, Any]] = {}
        self.accounts: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[dict[str, Any], int, str]] = {}
        self.faults: list[str | int | None] = []
        self.is_empty = False  # our own balance there does not cover a transfer
        self.bank_payouts: dict[tuple[str, str], dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str]] = []
        self._numbers = itertools.count(1)

    def request(self, method, url, headers=None, post_data=None, *, _usage=None):
        """Answer one call as Stripe would."""
        path = urlsplit(url).path
        self.requests.append((method, path))
        fault = self.faults.pop(0) if self.faults else None
        if fault == "drop before":
            raise stripe.APIConnectionError("dropped before anything happened", should_retry=True)
        if isinstance(fault, int):
            return self._error(fault, "no")
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        answer = self._route(method, path, query, post_data, headers or {})
        if fault == "drop after":
            raise stripe.APIConnectionError("dropped after it was done", should_retry=True)
        return answer

    def close(self):
        """Nothing is open."""

    def forget_keys(self, every: int = 1) -> None:
        """What Stripe does with idempotency keys after a day; ``every=3`` forgets a third of them."""
        for key in list(self.keys)[::every]:
            del self.keys[key]

    def plan(self, faults: list[str | int | None]) -> None:
        """Say what goes wrong next, from now on; None is a call that goes well."""
        self.faults = list(faults)

    def made(self) -> list[dict[str, Any]]:
        """Return every transfer there is."""
        return list(self.transfers.values())

    def reverse(self, transfer_id: str) -> None:
        """Take a transfer back."""
        transfer = self.transfers[transfer_id]
        transfer["reversed"], transfer["amount_reversed"] = True, transfer["amount"]

    def finish(self, account_id: str, *, checked: bool = True) -> None:
        """She has written down what was asked for; when it is ``checked``, she is paid out to."""
        account = self.accounts[account_id]
        account["details_submitted"], account["requirements"] = True, {"currently_due": []}
        account["payouts_enabled"] = checked
        account["capabilities"] = {"transfers": "active" if checked else "pending"}

    def send_on(self, account: str, pk: str, *, created: int, failure: str = "") -> dict[str, Any]:
        """Pay out from a connected account to its bank; return the event that tells of it."""
        status = "failed" if failure else "paid"
        self.bank_payouts[account, pk] = {
            "id": pk, "object": "payout", "amount": 14000, "currency": "usd", "created": created, "status": status,
            "failure_code": failure or None, "failure_message": failure and "Something in English",
        }  # fmt: skip
        return {
            "id": f"evt_{pk}_{status}", "object": "event", "type": f"payout.{status}", "account": account,
            "data": {"object": {"id": pk, "status": "what the event says is not asked"}},
            "api_version": None, "created": created,
        }  # fmt: skip

    def _route(self, method: str, path: str, query: dict, post_data: Any, headers: dict) -> tuple[str, int, dict]:
        if (method, path) == ("post", "/v1/transfers"):
            return self._create(_unflatten(post_data), headers.get("Idempotency-Key"))
        if (method, path) == ("get", "/v1/transfers"):
            return self._list(query)
        if (method, path) == ("post", "/v1/accounts"):
            return self._create_account(_unflatten(post_data), headers.get("Idempotency-Key"))
        if (method, path) == ("get", "/v1/account"):
            return json.dumps({"id": "acct_own", "object": "account", "country": "DE"}), 200, {}
        if (method, path) == ("post", "/v1/account_links"):
            return self._link(_unflatten(post_data))
        if method == "get" and path.startswith("/v1/accounts/"):
            account = self.accounts.get(path.rsplit("/", 1)[1])
            return (json.dumps(account), 200, {}) if account else self._error(404, "No such account")
        if (method, path) == ("get", "/v1/events"):
            return self._list_events(query, headers.get("Stripe-Account"))
        if method == "get" and path.startswith("/v1/payouts/"):
            check_params(query, PayoutRetrieveParams)
            payout = self.bank_payouts.get((headers.get("Stripe-Account"), path.rsplit("/", 1)[1]))
            return (json.dumps(payout), 200, {}) if payout else self._error(404, "No such payout")
        if method == "get" and path.startswith("/v1/transfers/"):
            check_params(query, TransferRetrieveParams)
            transfer = self.transfers.get(path.rsplit("/", 1)[1])
            return (json.dumps(transfer), 200, {}) if transfer else self._error(404, "No such transfer")
        return self._error(404, f"Unrecognized request URL ({method} {path})")

    def _create(self, params: dict[str, Any], key: str | None) -> tuple[str, int, dict]:
        if key in self.keys:
            before, status, body = self.keys[key]
            if before != params:
                return self._error(
                    400, "Keys for idempotent requests can only be used with the same parameters", "idempotency_error"
                )
            return body, status, {"Idempotent-Replayed": "true"}
        if problem := check_params(params, TransferCreateParams):
            return self._remember(key, params, self._error(400, problem))
        if int(params["amount"]) <= 0:
            return self._remember(key, params, self._error(400, "Invalid positive integer"))
        if params["destination"].endswith("closed"):
            return self._remember(key, params, self._error(400, "The destination account is closed."))
        if self.is_empty:
            return self._remember(key, params, self._error(400, "You have insufficient available funds."))
        pk = f"tr_{next(self._numbers):08d}"
        self.transfers[pk] = {
            "id": pk, "object": "transfer", "amount": int(params["amount"]), "amount_reversed": 0,
            "currency": params["currency"], "destination": params["destination"], "reversed": False,
            "transfer_group": params.get("transfer_group"), "description": params.get("description"),
            "metadata": params.get("metadata", {}), "livemode": False, "created": 1,
        }  # fmt: skip
        return self._remember(key, params, (json.dumps(self.transfers[pk]), 200, {}))

    def _create_account(self, params: dict[str, Any], key: str | None) -> tuple[str, int, dict]:
        if key in self.keys:
            return self.keys[key][2], 200, {"Idempotent-Replayed": "true"}
        if problem := check_params(params, AccountCreateParams):
            return self._error(400, problem)
        if params["country"] == "KP":
            return self._error(400, "KP is not currently supported by Stripe.")
        pk = f"acct_{next(self._numbers):08d}"
        self.accounts[pk] = {
            "id": pk, "object": "account", "country": params["country"], "metadata": params.get("metadata", {}),
            "details_submitted": False, "payouts_enabled": False, "capabilities": {"transfers": "inactive"},
            "requirements": {"currently_due": ["external_account"]}, "tos_acceptance": params.get("tos_acceptance", {}),
        }  # fmt: skip
        return self._remember(key, params, (json.dumps(self.accounts[pk]), 200, {}))

    def _link(self, params: dict[str, Any]) -> tuple[str, int, dict]:
        if problem := check_params(params, AccountLinkCreateParams):
            return self._error(400, problem)
        if params["account"] not in self.accounts:
            return self._error(404, "No such account")
        url = f"https://connect.stripe.com/setup/{params['account']}/{next(self._numbers)}"
        return json.dumps({"object": "account_link", "url": url, "created": 1, "expires_at": 301}), 200, {}

    def _list(self, query: dict[str, str]) -> tuple[str, int, dict]:
        if problem := check_params(query, TransferListParams):
            return self._error(400, problem)
        group = query.get("transfer_group")
        found = [transfer for transfer in self.transfers.values() if group in (None, transfer["transfer_group"])]
        page = {
            "object": "list",
            "url": "/v1/transfers",
            "has_more": False,
            "data": found[: int(query.get("limit", 10))],
        }
        return json.dumps(page), 200, {}

    def _list_events(self, query: dict[str, str], account: str | None) -> tuple[str, int, dict]:
        params = _unflatten(urlencode(query))
        if problem := check_params(params, EventListParams):
            return self._error(400, problem)
        since, kinds = int(params.get("created", {}).get("gte", 0)), params.get("types")
        own = [one for one in self.events if one.get("account") == account]
        found = [one for one in own if one["created"] >= since and (not kinds or one["type"] in kinds)]
        found = sorted(found, key=lambda one: -one["created"])
        after = [one["id"] for one in found].index(params["starting_after"]) + 1 if "starting_after" in params else 0
        page = found[after : after + EVENTS_A_PAGE]
        more = {"has_more": after + EVENTS_A_PAGE < len(found), "data": page}
        return json.dumps({"object": "list", "url": "/v1/events", **more}), 200, {}

    def _remember(self, key: str | None, params: dict, answer: tuple[str, int, dict]) -> tuple[str, int, dict]:
        if key:
            self.keys[key] = (params, answer[1], answer[0])
        return answer

    @staticmethod
    def _error(status: int, message: str, kind: str = "invalid_request_error") -> tuple[str, int, dict]:
        return json.dumps({"error": {"type": kind, "message": message}}), status, {}


def check_params(params: dict[str, Any], typed: type) -> str:
    """Say what does not fit one of the SDK's TypedDicts; empty when all does."""
    names = {"StripeContext": stripe.StripeContext, "Mapping": Mapping, "Any": Any}  # imported for type checkers only
    hints = get_type_hints(typed, localns=names, include_extras=True)
    own = typed.__annotations__.keys() - RequestOptions.__annotations__.keys()
    for name, value in params.items():
        if name not in own:
            return f"Received unknown parameter: {name}"
        if not _fits(value, hints[name]):
            return f"Invalid {name}: {value!r}"
    missing = [name for name in sorted(own) if get_origin(hints[name]) is not NotRequired and name not in params]
    return f"Missing required param: {missing[0]}." if missing else ""


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is NotRequired:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, choice) for choice in get_args(hint))
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is dict:
        return isinstance(value, dict)
    if get_origin(hint) is list:
        return isinstance(value, list)
    if is_typeddict(hint):
        return isinstance(value, dict) and not check_params(value, hint)
    if hint is int:
        return str(value).lstrip("-").isdigit()
    if hint is bool:
        return value in ("true", "false")
    return isinstance(value, str) if hint is str else isinstance(value, dict)


def _unflatten(body: str) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, value in parse_qsl(body or "", keep_blank_values=True):
        *outer, last = name.replace("]", "").split("[")
        place = params
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return {name: _as_list(value) for name, value in params.items()}


def _as_list(value: Any) -> Any:
    is_list = isinstance(value, dict) and all(key.isdigit() for key in value)
    return list(value.values()) if is_list else value
