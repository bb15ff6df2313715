"""Cases of jobs that wait at the gates, complete unless a test says otherwise."""

from typing import Any
from uuid import UUID, uuid4

from registration.companies.models import Candidate, FoundCompany, RegisterQuery, SearchOutcome, Source, SourceOutcome
from registration.companies.models import SourceState as State
from registration.configuration.proposals import propose
from registration.configuration.website import HeaderImageSource
from registration.gates.questions.contexts import CompanyContext, ConfigContext
from registration.restaurants.models import MenuChoice, RestaurantData

MENU = MenuChoice(id=UUID("11111111-1111-4111-8111-111111111111"), version=3, items=40)
OLD_MENU = MenuChoice(id=UUID("22222222-2222-4222-8222-222222222222"), version=2, items=12)


def make_candidate(name: str, number: str, **values: Any) -> Candidate:
    """A registered company that was found by its name."""
    company = FoundCompany(
        company_name=name,
        company_number=number,
        registered_address=values.pop("registered_address", "12 Queen Street, Auckland"),
        status=values.pop("status", "Registered"),
        **values,
    )
    return Candidate(company=company, sources=frozenset({Source.NAME}), score=91.6, name_score=95, address_score=80)


def make_outcome(*candidates: Candidate, preselected: str | None = None, **sources: SourceOutcome) -> SearchOutcome:
    """A search in which both sources found something."""
    found = SourceOutcome(state=State.FOUND)
    return SearchOutcome(
        by_name=sources.get("by_name", found),
        by_address=sources.get("by_address", found),
        candidates=candidates,
        preselected=preselected,
    )


def make_company_context(**values: Any) -> CompanyContext:
    """A job at the company gate whose search found two companies."""
    defaults: dict[str, Any] = {
        "job_id": uuid4(),
        "position": 1,
        "visit": 1,
        "restaurant_name": "Texas Chicken",
        "city": "Henderson",
        "register_url": "https://register.example/",
        "query": RegisterQuery(name="Texas Chicken", street="12 Queen Street", city="Auckland"),
        "outcome": make_outcome(
            make_candidate("TEXAS CHICKEN LIMITED", "1001"), make_candidate("TEXAS LIMITED", "1002")
        ),
    }
    return CompanyContext(**defaults | values)


def make_restaurant(**values: Any) -> RestaurantData:
    """A restaurant that can be registered as it is."""
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": uuid4(),
        "name": "Jax Burger Shack",
        "email": "owner@jax.co.nz",
        "phone": "09 379 1234",
        "address": "1 Queen St",
        "city": "Auckland",
        "contact_name": "Jack Tan",
        "opening_hours_text": "daily 11:00-21:00",
        "cuisine": ["Burgers", "Thai"],
        "theme": "light",
        "primary_color": "#aa0000",
        "secondary_color": "#00bb00",
        "images": ["facebook_cover_image"],
    }
    return RestaurantData.model_validate(defaults | values)


def make_config_context(**values: Any) -> ConfigContext:
    """A job at the configuration gate that can be gone ahead with."""
    defaults: dict[str, Any] = {
        "job_id": uuid4(),
        "position": 1,
        "visit": 1,
        "restaurant_name": "Jax Burger Shack",
        "city": "Auckland",
        "proposal": propose(make_restaurant(), MENU),
        "menus": (MENU, OLD_MENU),
        "header_images": (HeaderImageSource.FACEBOOK_COVER_IMAGE,),
        "has_account": False,
        "company_name": "JAX BURGERS LIMITED",
        "company_number": "1003",
    }
    return ConfigContext(**defaults | values)
