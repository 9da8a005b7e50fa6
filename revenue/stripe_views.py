"""Her page about being paid through Stripe."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from creators.models import Profile
from revenue import stripe_accounts
from revenue.creator_forms import CountryForm
from revenue.errors import PayoutDetailsError
from revenue.models import PayoutMethod, StripeAccount
from revenue.rails.bank_reasons import stripe_bank_reason
from revenue.views import DETAILS_KEPT, ask_who_she_is


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def stripe_account(request: HttpRequest) -> HttpResponse:
    """How far her account with Stripe is, the way there, and using it. Stripe sends her back to this page.

    The way is a link: the policy of our pages lets no form lead to another site.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise Http404
    profile = get_object_or_404(Profile.objects.owned_by(request.user).defer("thumbnail"))
    if asked := ask_who_she_is(request):
        return asked
    account = StripeAccount.objects.filter(creator=profile).first()
    form = CountryForm(request.POST if request.method == "POST" and not account else None)
    standing, way, problem = None, "", ""
    try:
        if request.method == "POST" and "use" in request.POST:
            stripe_accounts.use(creator=profile, by=request.user)
            messages.success(request, DETAILS_KEPT)
            return redirect("revenue:payout_details")
        if request.method == "POST" and (account or form.is_valid()):
            account = account or stripe_accounts.begin(creator=profile, country=form.cleaned_data["country"])
            way = stripe_accounts.way_there(account, here=request.build_absolute_uri())
        elif account:
            standing, _country = stripe_accounts.look(account)
    except PayoutDetailsError as error:
        problem = str(error)
    method = PayoutMethod.objects.owned_by(request.user).current().first()
    context = {
        "account": account, "form": form, "standing": standing and standing.value, "way": way, "problem": problem,
        "bank_reason": stripe_bank_reason(account.bank_problem) if account else "",
        "is_used": bool(account and method and method.stripe_account == account.account),
        "crumbs": [
            (_("Earnings"), reverse("revenue:earnings")),
            (_("Payout details"), reverse("revenue:payout_details")), (_("Stripe"), ""),
        ],
    }  # fmt: skip
    return render(request, "revenue/stripe.html", context, status=422 if form.errors or problem else 200)
