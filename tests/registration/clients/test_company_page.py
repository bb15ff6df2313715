"""The page of one company is read strictly."""

from datetime import date

import pytest

from registration.clients.company_page import read_company
from registration.errors import RegisterPageNotUnderstood
from registration.models.company_details import CompanyDetails, Director, RegisterAddress, Shareholder

URL = "http://register.example/5870122/detail"
PAGE = """
<html><body>
<div><h1><span class="entityName">KERERU KITCHEN LIMITED</span></h1>
  <div class="row"><label>Company number:</label> 5870122</div>
  <div class="row"><label>NZBN:</label> 9429031003346</div>
  <div class="row"><label>Incorporation Date:</label> 14 Mar 2016</div>
  <div class="row"><label>Company Status:</label> Registered</div>
  <div class="row"><label>Entity type:</label> NZ Limited Company</div></div>
<div id="addressPanel">
  <div class="addressLine"><label>Registered office address:</label> <span>214 Cuba Street, Wellington</span></div>
  <div class="addressLine"><label>Address for service:</label> <span>PO Box 9, Wellington</span></div></div>
<div id="directorsPanel"><table>
  <tr><td class="director"><div class="row"><label>Full legal name:</label> <span>Tom WHITTAKER</span></div>
    <div class="row"><label>Residential Address:</label> <span>20 Rimu Road</span></div>
    <div class="row"><label>Appointment Date:</label> <span>14 Mar 2016</span></div>
    <div class="row"><label>Ceased Date:</label> <span>02 Aug 2021</span></div></td></tr>
  <tr><td class="director"><div class="row"><label>Full legal name:</label> <span>Sean O'BRIEN-MCKAY</span></div>
    <div class="row"><label>Residential Address:</label> <span>40 Nikau Grove</span></div>
    <div class="row"><label>Appointment Date:</label> <span>01 Oct 2020</span></div></td></tr></table></div>
<div id="allocations">
  <div class="allocationDetail"><div class="row"><label>1:</label> <span class="shares">1,000</span>
    <span class="percentage">(66.67%)</span></div>
    <div class="shareholder"><span class="holderName">Sean O'BRIEN-MCKAY</span></div>
    <div class="shareholder"><span class="holderName">Mere MCKAY</span></div></div>
  <div class="allocationDetail"><div class="row"><label>2:</label> <span class="shares">500</span>
    <span class="percentage">(33.33%)</span></div>
    <div class="shareholder"><span class="holderName">BIRD LIMITED</span>
      <a class="holderCompany">(77)</a></div></div></div>
<div id="nzbnDetailsPanel">
  <div class="row"><label>GST Number(s):</label> <span class="value">120-345-678</span></div>
  <div class="row"><label>Phone Number(s):</label> <span class="none">Not provided</span></div>
  <div class="row"><label>Email Address(es):</label> <span class="value">a@k.nz</span>
    <span class="value">b@k.nz</span></div>
</div></body></html>
"""


def test_the_whole_entry_is_read() -> None:
    """Summary, addresses, directors, allocations and NZBN details come out typed."""
    assert read_company(PAGE, URL, "5870122") == CompanyDetails(
        company_name="KERERU KITCHEN LIMITED",
        company_number="5870122",
        nzbn="9429031003346",
        status="Registered",
        incorporation_date=date(2016, 3, 14),
        entity_type="NZ Limited Company",
        addresses=(
            RegisterAddress(type="Registered office address", text="214 Cuba Street, Wellington"),
            RegisterAddress(type="Address for service", text="PO Box 9, Wellington"),
        ),
        directors=(
            Director(
                name="Tom Whittaker",
                full_legal_name="Tom WHITTAKER",
                appointed=date(2016, 3, 14),
                ceased=date(2021, 8, 2),
                address="20 Rimu Road",
            ),
            Director(
                name="Sean O'Brien-McKay",
                full_legal_name="Sean O'BRIEN-MCKAY",
                appointed=date(2020, 10, 1),
                address="40 Nikau Grove",
            ),
        ),
        shareholders=(
            Shareholder(name="Sean O'BRIEN-MCKAY", type="individual", held="joint", shares=1000, percentage=66.67),
            Shareholder(name="Mere MCKAY", type="individual", held="joint", shares=1000, percentage=66.67),
            Shareholder(name="BIRD LIMITED", type="company", held="sole", shares=500, percentage=33.33),
        ),
        gst_numbers=("120-345-678",),
        emails=("a@k.nz", "b@k.nz"),
    )


@pytest.mark.parametrize(
    "part,what",
    [
        ('id="addressPanel"', "#addressPanel is missing"),
        ('id="directorsPanel"', "#directorsPanel is missing"),
        ('id="allocations"', "#allocations is missing"),
        ('id="nzbnDetailsPanel"', "#nzbnDetailsPanel is missing"),
        ('class="entityName"', ".entityName is missing"),
        ("Company number:", "'company number' is missing"),
        ("Company Status:", "'company status' is missing"),
        ("Full legal name:", "'full legal name' is missing"),
        ("Appointment Date:", "'appointment date' is missing"),
        ('class="shares"', ".shares is missing"),
        ('class="shareholder"', "an allocation has no holders"),
        (" Oct ", "is not a date"),
    ],
)
def test_a_missing_part_is_an_error_with_the_page(part: str, what: str) -> None:
    """No panel and no label is silently read as nothing."""
    changed = PAGE.replace(part, "")
    with pytest.raises(RegisterPageNotUnderstood, match=what) as caught:
        read_company(changed, URL, "5870122")
    assert caught.value.details == {"url": URL, "html": changed}


def test_the_page_of_another_company_is_an_error() -> None:
    """A page must be of the company that was asked for."""
    with pytest.raises(RegisterPageNotUnderstood, match="of company 5870122, not 77"):
        read_company(PAGE, URL, "77")


def test_control_characters_of_a_page_are_no_part_of_what_it_says() -> None:
    """A terminal would obey them, a database refuse them; pages may write them as entities."""
    page = PAGE.replace("KERERU KITCHEN", "KERERU&#27;[2J &#x7f; KIT\x00CHEN").replace("Cuba", "Cu&#7;ba")
    company = read_company(page, URL, "5870122")
    assert company.company_name == "KERERU[2J KITCHEN LIMITED"
    assert company.addresses[0].text == "214 Cuba Street, Wellington"


def test_a_number_without_end_is_no_number() -> None:
    """Of shares, say: no number of Python's can hold it."""
    with pytest.raises(RegisterPageNotUnderstood) as caught:
        read_company(PAGE.replace("1,000", "9" * 100_000), URL, "5870122")
    assert len(caught.value.message) < 1000
