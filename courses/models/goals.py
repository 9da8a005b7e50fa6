"""What a learner wants to do in a week, when she wants to be shown it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.owned import Owned

MOST = {"days": 7, "minutes": 600}  # a week has no more days; ten hours are plenty


class WeeklyGoal(Owned):
    """So many days, or minutes, of learning a week. No row: she has none, as everybody at first."""

    class Unit(models.TextChoices):
        DAYS = "days", _("days a week")
        MINUTES = "minutes", _("minutes a week")

    unit = models.CharField(_("counted in"), max_length=8, choices=Unit.choices, default=Unit.DAYS)
    amount = models.PositiveSmallIntegerField(_("how many"))
    reminds = models.BooleanField(
        _("Remind me of it, once a week at most"),
        default=False,
        help_text=_("By day, on a day that is not for resting, and never while one of your courses rests."),
    )
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("weekly goal")
        verbose_name_plural = _("weekly goals")
        constraints = [
            models.UniqueConstraint(fields=["learner"], name="weekly_goal_one_a_person"),
            models.CheckConstraint(
                condition=Q(unit="days", amount__range=(1, 7)) | Q(unit="minutes", amount__range=(1, 600)),
                name="weekly_goal_fits_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_unit_display()}"
