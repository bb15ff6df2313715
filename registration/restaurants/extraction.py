"""The extractions that step 1 needs for a restaurant, and their progress (pure)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from registration.kit.public_links import why_not_public
from registration.kit.redaction import redact
from registration.restaurants.models import RestaurantData

_LONGEST = 200
_PREMIUM = "premium_extraction"
MENU_JOB_TYPES = ("full_menu", "premium", _PREMIUM)
"""The platform's types of jobs that extract a whole menu."""
_FAILED = frozenset({"failed", "cancelled"})


def _reason(text: str) -> str:
    """An error text of the platform's scripts: one line, shortened, without secrets and command lines."""
    return " ".join(redact(text, ()).split())[:_LONGEST]


class ExtractionRow(BaseModel):
    """One menu extraction of a restaurant, as the platform reports it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    job_id: str
    job_type: str
    status: str | None
    error: Annotated[str, AfterValidator(_reason)] | None
    created_at: datetime
    phase: str | None = None
    menu_id: str | None = None

    @property
    def failed(self) -> bool:
        """True if it ended without a menu: a premium extraction is `completed` even if its menu could not be stored."""
        return self.status in _FAILED or self._stored_nothing

    @property
    def completed(self) -> bool:
        """True if everything is stored: a premium extraction is `completed` before its option sets are stored."""
        return self._is_completed and not self.failed and (not self._premium or self._last_phase)

    @property
    def failure_reason(self) -> str:
        """The reason of the failure."""
        return self.error or ("its menu could not be stored" if self._stored_nothing else "no reason reported")

    @property
    def _premium(self) -> bool:
        return self.job_type == _PREMIUM

    @property
    def _is_completed(self) -> bool:
        return self.status == "completed"

    @property
    def _last_phase(self) -> bool:
        return self.phase == "completed"

    @property
    def _stored_nothing(self) -> bool:
        no_menu = self.error is not None or (self._last_phase and self.menu_id is None)
        return self._premium and self._is_completed and no_menu


@dataclass(frozen=True)
class Extractions:
    """A restaurant and its relevant menu extractions, newest first."""

    restaurant: RestaurantData
    menu_jobs: tuple[ExtractionRow, ...]

    @property
    def newest(self) -> ExtractionRow | None:
        """The decisive extraction: the newest that has not failed, else the newest."""
        return next((job for job in self.menu_jobs if not job.failed), next(iter(self.menu_jobs), None))


@dataclass(frozen=True)
class Needed:
    """The results that must exist at the end of step 1, and the extractions that have to be started for them."""

    menu: bool
    branding: bool
    start_menu: bool
    start_branding: bool

    @property
    def anything(self) -> bool:
        """True if there is an extraction to wait for."""
        return self.menu or self.branding

    def failure(self, now: Extractions) -> str | None:
        """Why the extraction failed, None while it may succeed."""
        newest = now.newest
        if self.menu and newest is not None and newest.failed:
            return f"the menu extraction failed: {newest.failure_reason}"
        return None

    def forbidden(self, now: Extractions) -> str | None:
        """Why an extraction must not be started: its link would lead the platform into a private network."""
        links = ((self.start_menu, now.restaurant.delivery_url), (self.start_branding, now.restaurant.website_url))
        for start, url in links:
            if start and url and (why := why_not_public(url)):
                return f"{url[:_LONGEST]!r} leads to no public page: {why}; correct the link of the restaurant"
        return None

    def unfinished(self, now: Extractions) -> tuple[str, ...]:
        """The extractions that are not finished."""
        menu = self.menu and (now.newest is None or not now.newest.completed)
        branding = self.branding and not now.restaurant.has_logo
        return tuple(
            name for name, missing in (("menu extraction", menu), ("branding extraction", branding)) if missing
        )


def needed(now: Extractions, *, only_follow: bool) -> Needed:
    """A menu if there is a delivery URL, branding if there is a website and no logo.

    `only_follow`: the extractions were started when the restaurant was created; none is started here, and one that was
    never started is not awaited.
    """
    running = now.newest is not None and not now.newest.failed
    menu = bool(now.restaurant.delivery_url) and (not only_follow or now.newest is not None)
    branding = bool(now.restaurant.website_url) and not now.restaurant.has_logo
    return Needed(menu, branding, menu and not running and not only_follow, branding and not only_follow)


def reason_for_nothing(restaurant: RestaurantData) -> str:
    """Why there is nothing to extract."""
    if restaurant.delivery_url or restaurant.website_url:
        return "menu and branding are there already"
    return "neither a delivery platform nor a website to extract from"
