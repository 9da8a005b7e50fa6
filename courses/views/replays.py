"""What a phone sends late, when it has a network again: who did it, and an answer that its script understands."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from courses.tickets import device_key


def did_it(request: HttpRequest) -> bool:
    """Say whether who is signed in did what ``request`` tells of; a script names the account in ``learner``.

    Meanwhile somebody else may have signed in on the same phone. Then it waits, and is not taken for hers.
    """
    if not request.user.is_authenticated:
        return False
    named = request.POST.get("learner")
    return named is None or named == device_key(request.user)


def refused() -> JsonResponse:
    """Answer that she has to sign in first; the phone keeps what it has."""
    return JsonResponse({"error": "sign-in"}, status=HTTPStatus.UNAUTHORIZED)


def replayable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a script send the form of ``view`` too: it is refused as above, and told where the form leads as ``url``.

    That is empty for a form in which something is missing; sending it again would not help.
    """
    signed_in = login_required(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "learner" not in request.POST:
            return signed_in(request, *args, **kwargs)
        if not did_it(request):
            return refused()
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            return JsonResponse({"url": ""})
        return JsonResponse({"url": response.url}) if isinstance(response, HttpResponseRedirect) else response

    return answer
