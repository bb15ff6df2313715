"""Detail pages and what they say, value by value."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registration.companies.details import CompanyDetails, Director, RegisterAddress, Shareholder
from tests.registration.companies.website.made import markup
from tests.registration.companies.website.made.companies import (
    OFFICE,
    SERVICE,
    MadeAddress,
    MadeCompany,
    MadeDirector,
    MadeHolder,
    MadeParcel,
    detail_page,
)

CONTACTS = ("gst_numbers", "phones", "emails", "trading_names", "websites", "industry_classifications")
GST, PHONE, EMAIL = ("gstNumber", "GST Number(s)"), ("phone", "Phone Number(s)"), ("email", "Email Address(es)")
TRADING, WEBSITE = ("tradingName", "Trading Name(s)"), ("website", "Website(s)")
INDUSTRY = ("businessClassification", "Industry Classification(s)")

HOME = "5 Tui Street, Te Aro, Wellington, 6011, New Zealand"
OFFICE_TEXT = "Level 2, 9 Weka Street, Wellington, 6011, New Zealand"
NGATA = Director(
    name="Aroha Mereana Ngata", full_legal_name="Aroha Mereana NGATA", appointed=date(2014, 6, 17), address=HOME
)
ALL_SHARES = Shareholder(name="Aroha Mereana NGATA", type="individual", shares=100, percentage=100)
KIWI = CompanyDetails(
    company_name="KIWI CAFE LIMITED",
    company_number="1234567",
    nzbn="9429000000008",
    status="Registered",
    incorporation_date=date(2014, 6, 17),
    entity_type="NZ Limited Company",
    addresses=(
        RegisterAddress(type="Registered office address", text=OFFICE_TEXT),
        RegisterAddress(type="Address for service", text="PO Box 77, Wellington, 6140, New Zealand"),
    ),
    directors=(NGATA,),
    shareholders=(ALL_SHARES,),
    missing=CONTACTS,
)
MADE = MadeCompany()


@dataclass(frozen=True)
class Case:
    """A page and what is read of it."""

    name: str
    html: str
    details: CompanyDetails


def case(name: str, company: MadeCompany, how: markup.Markup = markup.SAVED, **expected: Any) -> Case:
    """A page of a company that is KIWI but for what is expected otherwise."""
    return Case(name, detail_page(company, how), KIWI.model_copy(update=expected))


def _person(name: str, shown: str, **more: Any) -> Director:
    known: dict[str, Any] = {"appointed": date(2014, 6, 17), "address": HOME} | more
    return Director(name=shown, full_legal_name=name, **known)


def _joint(*holders: tuple[str, str], shares: int, percentage: float) -> tuple[Shareholder, ...]:
    return tuple(
        Shareholder.model_validate(
            {"name": name, "type": kind, "held": "joint", "shares": shares, "percentage": percentage}
        )
        for name, kind in holders
    )


_FORMER = (
    MadeDirector("Sam OLD", appointed="16 Jul 2008", ceased="30 Jun 2016", former=True, address=None),
    MadeDirector("Rua TE AO", appointed=None, former=True),
)
_MANY = tuple(MadeParcel(5, "4.55", (MadeHolder(f"Holder {chr(65 + n)} NGATA"),)) for n in range(22))
_PEOPLE = tuple(MadeHolder(f"Holder {chr(65 + n)} NGATA", address=f"{n} Rata Road, Nelson") for n in range(22))

SUMMARY = (
    *(case(f"plain, {how.name}", MADE, how) for how in markup.ALL),
    case("old label of the NZBN", replace(MADE, nzbn_label="NZ Business Number:")),
    case("no NZBN", replace(MADE, nzbn=None), nzbn=None, missing=("nzbn", *CONTACTS)),
    case("NZBN not given", replace(MADE, nzbn="Not available"), nzbn=None, missing=("nzbn", *CONTACTS)),
    case("NZBN in groups", replace(MADE, nzbn="9429 0000 00008")),
    case(
        "previous names",
        replace(
            MADE,
            previous_names=(
                "OLD KIWI LIMITED (from 24 Oct 2013 to 10 Jul 2015)",
                "THE NEST (2010) LIMITED (from 01 Jan 2011 to 24 Oct 2013)",
            ),
        ),
        previous_names=("OLD KIWI LIMITED", "THE NEST (2010) LIMITED"),
    ),
    case("removed", replace(MADE, status="Removed", removed="01 Feb 2020"), status="Removed"),
    case(
        "removed with former entries only",
        replace(
            MADE,
            status="Removed",
            directors=(MadeDirector("Sam OLD", ceased="30 Jun 2016", former=True),),
            parcels=(),
            total_shares="0",
            addresses=(replace(OFFICE, former=True),),
        ),
        status="Removed",
        directors=(_person("Sam OLD", "Sam Old", ceased=date(2016, 6, 30)),),
        shareholders=(),
        addresses=(),
    ),
    case(
        "in liquidation",
        replace(MADE, status="In Receivership, In Liquidation"),
        status="In Receivership, In Liquidation",
    ),
    case(
        "name with signs",
        replace(MADE, name="TUI & CO (NZ) LIMITED"),
        markup.WINDOWS,
        company_name="TUI & CO (NZ) LIMITED",
    ),
    case("name escaped twice", replace(MADE, name="TUI &amp; CO LIMITED"), company_name="TUI & CO LIMITED"),
    case(
        "little known",
        replace(MADE, incorporated=None, entity_type=None),
        incorporation_date=None,
        entity_type=None,
        missing=("incorporation_date", "entity_type", *CONTACTS),
    ),
)

PEOPLE = (
    case(
        "ceased directors",
        replace(MADE, directors=(*_FORMER, *MADE.directors)),
        directors=(
            NGATA,
            _person("Sam OLD", "Sam Old", appointed=date(2008, 7, 16), ceased=date(2016, 6, 30), address=None),
            _person("Rua TE AO", "Rua Te Ao", appointed=None, is_held=False),
        ),
    ),
    case(
        "end of a director announced",
        replace(MADE, directors=(MadeDirector("Aroha Mereana NGATA", ceased="30 Jun 2999"),)),
        markup.MINIFIED,
        directors=(NGATA.model_copy(update={"ceased": date(2999, 6, 30), "is_held": True}),),
    ),
    case(
        "many directors",
        replace(MADE, directors=tuple(MadeDirector(name) for name in ("Ana O'BRIEN-MCKAY", "Bo LI", "Wiremu KINGI"))),
        markup.BROWSER,
        directors=(
            _person("Ana O'BRIEN-MCKAY", "Ana O'Brien-McKay"),
            _person("Bo LI", "Bo Li"),
            _person("Wiremu KINGI", "Wiremu Kingi"),
        ),
    ),
    case(
        "joint and corporate holders",
        replace(
            MADE,
            parcels=(
                MadeParcel(
                    60, "60.00", (MadeHolder("Aroha NGATA"), MadeHolder("KAURI TRUSTEES LIMITED", number="765"))
                ),
                MadeParcel(39, "39.00", (MadeHolder("RIMU HOLDINGS LIMITED", number="76"),)),
                MadeParcel(1, "1.00", (MadeHolder("OVERSEAS FOODS PTY LTD"),)),
            ),
        ),
        shareholders=(
            *_joint(("Aroha NGATA", "individual"), ("KAURI TRUSTEES LIMITED", "company"), shares=60, percentage=60),
            Shareholder(name="RIMU HOLDINGS LIMITED", type="company", shares=39, percentage=39),
            Shareholder(name="OVERSEAS FOODS PTY LTD", type="company", shares=1, percentage=1),
        ),
    ),
    case(
        "22 parcels",
        replace(MADE, parcels=_MANY, total_shares="110"),
        markup.OTHER_ORDER,
        shareholders=tuple(
            Shareholder(name=f"Holder {chr(65 + n)} NGATA", type="individual", shares=5, percentage=4.55)
            for n in range(22)
        ),
    ),
    case(
        "22 joint holders",
        replace(MADE, parcels=(MadeParcel(100, "100.00", _PEOPLE),)),
        markup.WINDOWS,
        shareholders=_joint(
            *((f"Holder {chr(65 + n)} NGATA", "individual") for n in range(22)), shares=100, percentage=100
        ),
    ),
    case(
        "holder without an address",
        replace(MADE, parcels=(MadeParcel(100, "100.00", (MadeHolder("Bo LI", address=""), MadeHolder("Ana LI"))),)),
        shareholders=_joint(("Bo LI", "individual"), ("Ana LI", "individual"), shares=100, percentage=100),
    ),
    case("former holders", replace(MADE, former_holders=("Sam OLD", "OLD TRUSTEES LIMITED"))),
    case("only the largest parcels", replace(MADE, total_shares="5,000,000"), partial=("shareholders",)),
    case(
        "shares by the million",
        replace(
            MADE, total_shares="2000000", parcels=(replace(MADE.parcels[0], shares=2_000_000, percentage="100.00"),)
        ),
        shareholders=(ALL_SHARES.model_copy(update={"shares": 2_000_000}),),
    ),
)

ADDRESSES = (
    case(
        "former addresses",
        replace(MADE, addresses=(OFFICE, SERVICE, replace(OFFICE, text="1 Old Street", former=True))),
    ),
    case(
        "further addresses",
        replace(
            MADE,
            addresses=(
                OFFICE,
                replace(SERVICE, text="c/- Tui & Weka, Level 1, 2 Rata Road, Nelson", verified=True),
                MadeAddress("shareRegisterAddress0", "Address for share register:", "3 Rata Road, Nelson"),
            ),
        ),
        markup.NESTED,
        addresses=(
            KIWI.addresses[0],
            RegisterAddress(type="Address for service", text="c/- Tui & Weka, Level 1, 2 Rata Road, Nelson"),
            RegisterAddress(type="Address for share register", text="3 Rata Road, Nelson"),
        ),
    ),
    case(
        "address with a macron",
        replace(MADE, addresses=(replace(OFFICE, text="7 Rātā Street, Ōtaki, 5512, New Zealand"),)),
        addresses=(RegisterAddress(type="Registered office address", text="7 Rātā Street, Ōtaki, 5512, New Zealand"),),
    ),
)

_SAID = {
    GST: "123-456-789<br>987-654-321",
    PHONE: "+64 4 1234567 (Fax)<br>+64 4 8015521",
    EMAIL: '<a href="mailto:office@kiwi.example">office@kiwi.example</a> (Sales) <a href="#">View more</a>',
    TRADING: "<div>Kiwi Cafe</div><div>No Name Bar</div>",
    WEBSITE: '<a href="http://kiwi.example">kiwi.example</a>, <a href="http://nest.example">nest.example</a>',
    INDUSTRY: "H451110 Cafe operation, with seats<br>H451120 Restaurant operation",
}
_READ: dict[str, Any] = {
    "gst_numbers": ("123-456-789", "987-654-321"),
    "phones": ("+64 4 8015521", "+64 4 1234567"),
    "emails": ("office@kiwi.example",),
    "trading_names": ("Kiwi Cafe", "No Name Bar"),
    "websites": ("kiwi.example", "nest.example"),
    "industry_classifications": ("H451110 Cafe operation, with seats", "H451120 Restaurant operation"),
    "missing": (),
}
_NOTHING = {
    GST: "No GST number", PHONE: "Not provided", EMAIL: "No email address",
    TRADING: "No trading name", WEBSITE: "No website", INDUSTRY: "",
}  # fmt: skip
PANELS = (
    case("NZBN details", replace(MADE, contacts=_SAID), **_READ),
    case("NZBN details, on one line", replace(MADE, contacts=_SAID), markup.MINIFIED, **_READ),
    case("NZBN details in a table", replace(MADE, contacts=_SAID, contacts_in_table=True), **_READ),
    case("no values in the NZBN panel", replace(MADE, contacts=_NOTHING), missing=()),
    case("no NZBN panel", replace(MADE, panels=("directors", "shareholders", "addresses"))),
    case(
        "no directors panel",
        replace(MADE, panels=("shareholders", "addresses", "nzbn")),
        directors=(),
        missing=("directors", *CONTACTS),
    ),
    case(
        "no shareholders panel",
        replace(MADE, panels=("directors", "addresses")),
        shareholders=(),
        missing=("shareholders", *CONTACTS),
    ),
    case(
        "no address panel",
        replace(MADE, panels=("directors", "shareholders", "nzbn")),
        addresses=(),
        missing=("addresses", *CONTACTS),
    ),
    case(
        "no panel at all",
        replace(MADE, panels=()),
        addresses=(),
        directors=(),
        shareholders=(),
        missing=("addresses", "directors", "shareholders", *CONTACTS),
    ),
)
CASES = (*SUMMARY, *PEOPLE, *ADDRESSES, *PANELS)
