"""Invented companies, written as the register's detail page shows them."""

from dataclasses import dataclass, field
from html import escape

from tests.registration.companies.website.made.markup import SAVED, Markup

PANELS = ("directors", "shareholders", "addresses", "nzbn")


@dataclass(frozen=True)
class MadeDirector:
    """A director as the page shows one; None leaves a row out."""

    name: str
    address: str | None = "5 Tui Street, Te Aro, Wellington, 6011, New Zealand"
    appointed: str | None = "17 Jun 2014"
    ceased: str | None = None
    former: bool = False


@dataclass(frozen=True)
class MadeHolder:
    """A holder of shares; a company of the register is a link."""

    name: str
    address: str = "5 Tui Street, Te Aro, Wellington, 6011, New Zealand"
    number: str | None = None


@dataclass(frozen=True)
class MadeParcel:
    """An allocation of shares."""

    shares: int
    percentage: str
    holders: tuple[MadeHolder, ...]


@dataclass(frozen=True)
class MadeAddress:
    """An address of the address panel."""

    field: str
    label: str
    text: str
    verified: bool = False
    former: bool = False


OFFICE = MadeAddress(
    "registeredCompanyAddress0",
    "Registered office address:",
    "Level 2, 9 Weka Street, Wellington, 6011, New Zealand",
    verified=True,
)
SERVICE = MadeAddress("addressForService0", "Address for service:", "PO Box 77, Wellington, 6140, New Zealand")


@dataclass(frozen=True)
class MadeCompany:
    """All that a page says."""

    name: str = "KIWI CAFE LIMITED"
    number: str = "1234567"
    status: str = "Registered"
    nzbn: str | None = "9429000000008"
    nzbn_label: str = "NZBN:"
    incorporated: str | None = "17 Jun 2014"
    entity_type: str | None = "NZ Limited Company"
    removed: str | None = None
    previous_names: tuple[str, ...] = ()
    directors: tuple[MadeDirector, ...] = (MadeDirector("Aroha Mereana NGATA"),)
    parcels: tuple[MadeParcel, ...] = (MadeParcel(100, "100.00", (MadeHolder("Aroha Mereana NGATA"),)),)
    total_shares: str = "100"
    former_holders: tuple[str, ...] = ()
    addresses: tuple[MadeAddress, ...] = (OFFICE, SERVICE)
    contacts: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    panels: tuple[str, ...] = PANELS
    contacts_in_table: bool = False


def detail_page(company: MadeCompany, markup: Markup = SAVED) -> str:
    """The page, with other headings and labels around the company's."""
    panels = {
        "directors": _directors(company, markup),
        "shareholders": _shareholders(company, markup),
        "addresses": _addresses(company, markup),
        "nzbn": _contacts(company, markup),
    }
    shown = (panels[name] for name in company.panels)
    head = "<!DOCTYPE html><html><head><title>Companies Register</title><style>.a{}</style></head><body>"
    site = "<h1 class='logo'>Companies Register</h1><form><label for='q'>Search:</label><input name='q'></form>"
    script = "<script>var label = '<label for=\"nzbn\">NZBN:</label> 1';</script>"
    parts = (_heading(company, markup), _summary(company, markup), *shown)
    return head + site + script + markup.part("div", *parts, id="maincol") + "</body></html>"


def _heading(company: MadeCompany, m: Markup) -> str:
    identifier = m.part("span", f"({company.number})  {company.status}", class_="entityIdentifier")
    rows = [m.row(f"<h1>{escape(company.name, quote=False)} {identifier} </h1>")]
    if company.previous_names:
        names = "".join(f"<label>{escape(name, quote=False)}</label><br>" for name in company.previous_names)
        rows.append(m.row("<label>Previous names:</label>", m.part("div", names, class_="previousNames")))
    return m.part("div", *rows, class_="leftPanel")


def _summary(company: MadeCompany, m: Markup) -> str:
    said = (
        ("companyNumber", "Company number:", company.number),
        ("nzbn", company.nzbn_label, company.nzbn),
        ("incorporationDate", "Incorporation Date:", company.incorporated),
        ("removalDate", "Removal Date:", company.removed),
        ("companyStatus", "Company Status:", company.status),
        ("entityType", "Entity type:", company.entity_type),
    )
    rows = [m.labelled(name, label, text) for name, label, text in said if text is not None]
    rows.append(m.row('<label for="constitutionFiled">Constitution filed:</label><a href="#">No</a>'))
    return m.part("div", m.part("div", *rows, class_="readonly companySummary"), class_="pageContainer")


def _panel(m: Markup, *content: str, id_: str) -> str:
    return m.part("div", m.part("div", *content, id_=id_, class_="panelContent panel"), class_="pageContainer")


def _directors(company: MadeCompany, m: Markup) -> str:
    current = "".join(_director_in_table(one, m) for one in company.directors if not one.former)
    former = [m.part("div", _director(one, m), class_="director") for one in company.directors if one.former]
    historic = m.part("div", "<h4>Former Directors</h4>", *former, class_="historic")
    return _panel(m, f"<h3>Showing {len(company.directors)} directors</h3>", current, historic, id_="directorsPanel")


def _director_in_table(director: MadeDirector, m: Markup) -> str:
    cell = f"<tr>{m.part('td', _director(director, m), class_='director')}</tr>"
    return f"<table>{f'<tbody>{cell}</tbody>' if m.tbody else cell}</table><hr>"


def _director(director: MadeDirector, m: Markup) -> str:
    said = (
        ("fullName", "Full legal name:", director.name.replace(" ", "  ", 1)),
        ("residentialAddress", "Residential Address:", director.address),
        ("appointmentDate", "Appointment Date:", director.appointed),
        ("ceasedDate", "Ceased date:", director.ceased),
    )
    rows = [m.labelled(name, label, text) for name, label, text in said if text is not None]
    return m.between.join([*rows, m.row('<label for="consent">Consent:</label><a href="#">View Consent Form</a>')])


def _shareholders(company: MadeCompany, m: Markup) -> str:
    total = f"<label>Total Number of Shares:</label><span>{company.total_shares}</span>"
    extensive = '<label>Extensive Shareholding:</label><span class="noLabel"></span>'
    parcels = [_parcel(number, parcel, m) for number, parcel in enumerate(company.parcels, start=1)]
    former = [
        m.part("div", m.row(f'<label class="legalName">:</label>{escape(name, quote=False)}'), class_="shareholder")
        for name in company.former_holders
    ]
    allocations = m.part(
        "div", m.row(total, extensive), m.part("div", *parcels, id_="allocations"), class_="allocations"
    )
    return _panel(m, allocations, m.part("div", *former, class_="historic wideLabel"), id_="shareholdersPanel")


def _parcel(number: int, parcel: MadeParcel, m: Markup) -> str:
    label = f'<label class="allocationLabel"><span class="allocationNumber">{number}</span>:</label>'
    share = m.part("span", f"&nbsp;({parcel.percentage}%)", class_="shareLabel")
    clear = '<div class="clear">&nbsp;</div>'
    holders = [part for holder in parcel.holders for part in (*_holder(holder, m), clear)]
    hidden = f"<input type='hidden' name='shares' value='{parcel.shares}'/>"
    return m.part("div", hidden, m.row(f"{label}{parcel.shares} {share}"), clear, *holders, class_="allocationDetail")


def _holder(holder: MadeHolder, m: Markup) -> tuple[str, str]:
    name = m.value(holder.name)
    if holder.number:
        name = m.part("a", name, href=f"/companies/app/ui/pages/companies/{holder.number}")
    cells = (name, m.value(holder.address))
    first, second = (m.row("<label>&nbsp;</label>", m.part("div", cell, class_="labelValue col2")) for cell in cells)
    return first, second


def _addresses(company: MadeCompany, m: Markup) -> str:
    current = [_address(one, m) for one in company.addresses if not one.former]
    former = [
        m.labelled(one.field, one.label, one.text)
        + '<div class="row panelNote"><label>&nbsp;</label>Effective from: 1 Jan 2013 to: 15 Sep 2014</div>'
        for one in company.addresses
        if one.former
    ]
    historic = m.part("div", *former, class_="historic")
    return _panel(m, "<h4>Required addresses</h4>", *current, historic, id_="addressPanel")


def _address(address: MadeAddress, m: Markup) -> str:
    label = m.part("label", address.label, for_=address.field)
    line = m.part("div", m.value(address.text), class_="addressLine")
    mark = '<div class="verifiedLabel"><span class="verifyAddress">Valid NZ Address</span></div>'
    return m.row(label, line, *([mark] if address.verified else []))


def _contacts(company: MadeCompany, m: Markup) -> str:
    """`contacts` has the markup of a value by what its label is for, and its text."""
    rows = [
        (m.part("label", f"{label}:", for_=name), m.part("div", value, class_="nzbnDetails"))
        for (name, label), value in company.contacts.items()
    ]
    if company.contacts_in_table:
        cells = [f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in rows]
        return m.part("table", *cells, class_="otherDetailsTable")
    return _panel(m, *(m.row(label, value) for label, value in rows), id_="nzbnDetailsPanel")
