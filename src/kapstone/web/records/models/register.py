"""The medicine register of a practice: lots, their lines, counts, and differences to answer for."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from kapstone import register
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.amounts import MgField
from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.sessions import OfSession, Session


class RegisterQuerySet(FactQuerySet):
    def visible_to(self, user: User) -> Self:
        """The rows of the practice of a member of staff; nobody else's register is a person's."""
        if not user.is_staff_member or user.practice_id is None:
            return self.none()
        return self.filter(**{self.model.PERSON: user.practice_id})


class OfPractice(ClinicalFact):
    """A fact of a practice, about no person; `PERSON` is the way to the practice instead."""

    PERSON: ClassVar[str] = "practice"

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT)

    objects = RegisterQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        abstract = True


class Holding(OfPractice):
    """One lot of one product: what stands on its label."""

    form = models.CharField(max_length=20)
    product = models.CharField(max_length=200)
    unit_mg = MgField()
    ndc = models.CharField(max_length=20, blank=True)
    lot = models.CharField(max_length=60)
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "form", "product", "unit_mg", "lot"], name="lot_once"
            )
        ]

    @property
    def kind(self) -> register.Form:
        return register.form_named(self.form)

    def units(self, number: int) -> str:
        return self.kind.units(number)


class DoseGiven(OfSession):
    """A dose was given; `amount_mg` nothing says that it was charted by mistake.

    `source` is where it came from: the register, the person's own prescription, neither, what was
    released from the register for a session at home, or a lot that is still to be written.
    """

    SOURCES = ("register", "own", "none", "release", "later")

    kind = models.CharField(max_length=20)
    # Wider than any dose (`refusals.MOST_MG`): a slip that an older version kept stays readable.
    amount_mg = models.DecimalField(max_digits=15, decimal_places=2)
    source = models.CharField(max_length=10)
    site = models.CharField(max_length=60, blank=True)
    hold_min = models.PositiveSmallIntegerField(null=True)
    spat = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    client_id = models.UUIDField(unique=True)

    class Meta:
        # How a person's own copy names them.
        verbose_name_plural = "doses given"


class StockCount(OfPractice):
    """Every lot was counted at one time, blind, by one or two people.

    `purpose` is a shift, an inventory or a count once more; an inventory says as of when it is.
    """

    PURPOSES = ("shift", "inventory", "recount")
    MOMENTS = ("opening", "close")

    purpose = models.CharField(max_length=20)
    moment = models.CharField(max_length=10, blank=True)
    second = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    took_s = models.PositiveIntegerField(null=True)


class OfHolding(ClinicalFact):
    """A fact of one lot."""

    PERSON = "holding__practice"

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT)

    objects = RegisterQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        abstract = True


class RegisterEntry(OfHolding):
    """One line of a lot: what it changed, and the balance after it.

    A correction is a line of the same kind that writes the difference. The unique number is the
    second lock: of two lines that were written beside each other one is refused. `client_id` is
    that of the form that was sent: sent twice it writes one line.
    """

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    units = models.IntegerField(default=0)
    mg = MgField(default=Decimal(0))
    out_mg = MgField(default=Decimal(0))
    after_units = models.IntegerField()
    after_mg = MgField()
    after_out_mg = MgField()
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    dose = models.ForeignKey(DoseGiven, null=True, on_delete=models.PROTECT, related_name="lines")
    count = models.ForeignKey(StockCount, null=True, on_delete=models.PROTECT, related_name="lines")
    counted_units = models.PositiveIntegerField(null=True)
    counted_mg = MgField(null=True)
    witness = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    client_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holding", "number"], name="line_of_lot_once"),
            models.CheckConstraint(
                condition=Q(after_units__gte=0, after_out_mg__gte=0)
                & Q(after_mg__gte=F("after_out_mg")),
                name="lot_never_below_nothing",
            ),
        ]

    @property
    def change(self) -> register.Change:
        return register.Change(units=self.units, mg=self.mg, out_mg=self.out_mg)

    def after(self, unit_mg: Decimal) -> register.Balance:
        return register.Balance(
            unit_mg=unit_mg, units=self.after_units, mg=self.after_mg, out_mg=self.after_out_mg
        )


class OfEntry(ClinicalFact):
    """What one line says beyond its amounts."""

    PERSON = "entry__holding__practice"

    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT)

    objects = RegisterQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        abstract = True


class Delivery(OfEntry):
    """From whom a lot came, or to whom stock went back: name, address, registration, invoice."""

    party = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    dea_number = models.CharField(max_length=20, blank=True)
    invoice = models.CharField(max_length=60, blank=True)


class LossReport(OfEntry):
    """A theft or loss as DEA Form 106 asks for it; None is not known yet."""

    kind = models.CharField(max_length=30)
    found_on = models.DateField()
    police_told = models.BooleanField(null=True)
    police = models.CharField(max_length=200, blank=True)
    notice_on = models.DateField(null=True)
    value = models.CharField(max_length=40, blank=True)
    marks = models.CharField(max_length=200, blank=True)
    happened = models.TextField()
    measures = models.TextField(blank=True)


class Destruction(OfEntry):
    """Stock was made non-retrievable, watched by two employees: the writer and the witness."""

    method = models.CharField(max_length=200)
    place = models.CharField(max_length=300)


class DiscrepancyQuerySet(RegisterQuerySet):
    def open(self) -> Self:
        """Those that nobody has closed."""
        return self.exclude(answers__closes=True)


class Discrepancy(OfHolding):
    """A lot does not add up: a count that differs, or medicine of a session not accounted for.

    `answerer` is the person named to answer for it.
    """

    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    entry = models.OneToOneField(RegisterEntry, null=True, on_delete=models.PROTECT)
    says = models.TextField()
    answerer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DiscrepancyQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class DiscrepancyAnswer(ClinicalFact):
    """A named person said what was found, or closed it."""

    PERSON = "discrepancy__holding__practice"

    discrepancy = models.ForeignKey(Discrepancy, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField()
    closes = models.BooleanField(default=False)

    objects = RegisterQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class RegisterSettingsQuerySet(models.QuerySet["RegisterSettings"]):
    def now(self, practice: Practice | None) -> RegisterSettings:
        """What the practice settled last; unsaved, with the defaults, before it has."""
        rows = self.filter(practice=practice).select_related("answerer").order_by("-pk")
        return rows.first() or RegisterSettings(practice=practice, registered_name=str(practice))


class RegisterSettings(Appended):
    """What the law leaves to the practice, and what stands on its registration; signed.

    `near_days` None: nothing is called near its last day.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT)
    registered_name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    dea_number = models.CharField(max_length=20, blank=True)
    two_count = models.BooleanField(default=True)
    near_days = models.PositiveSmallIntegerField(null=True)
    answerer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = RegisterSettingsQuerySet.as_manager()
