"""Which way of finding out what the platform did is on, and what evidence each sub-step can have by it."""

import pytest

from registration.database.session import Database
from registration.health.finding import Level
from registration.health.platform import check_evidence
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS, count_by_assurance
from registration.workflow.sub_steps import SubStepName


@pytest.mark.parametrize("way", EvidenceSource)
async def test_every_sub_step_is_named_once(database: Database, way: EvidenceSource) -> None:
    """Under the evidence that it can have."""
    found = await check_evidence(database, way)
    assert found.level is Level.OK
    names = found.says.replace(";", ",").replace(":", ",").replace(" ", "").split(",")
    assert {name: names.count(name) for name in SubStepName} == dict.fromkeys(SubStepName, 1)


async def test_over_http_six_have_the_platforms_answer_alone(database: Database) -> None:
    """Usage events have no route."""
    says = (await check_evidence(database, EvidenceSource.HTTP)).says
    alone = says.rpartition("by the platform's answer alone: ")[2]
    expected = ["websiteConfig", "servicesConfig", "paymentConfig", "menuImport", "optionSets", "itemTags"]
    assert alone.split(", ") == expected


def test_the_table_of_evidence_is_that_of_the_contract() -> None:
    """Four are read back; what other systems keep is only reported."""
    proven = {name for name, record in RECORDS.items() if record.best(EvidenceSource.TABLES) is Assurance.PROVEN}
    assert proven == {
        SubStepName.CLOUDWAITRESS_ACCOUNT,
        SubStepName.CODE_GENERATION,
        SubStepName.UPLOAD_IMAGES,
        SubStepName.RESTAURANT_REGISTRATION,
    }
    assert set(RECORDS) == set(SubStepName)


def test_what_is_known_is_counted_in_one_line() -> None:
    """In the order of its weight; sub-steps without it are not counted."""
    assert count_by_assurance([Assurance.REPORTED, None, Assurance.PROVEN, Assurance.PERSON, Assurance.PROVEN]) == (
        "2 proven, 1 reported, 1 by a person"
    )
    assert count_by_assurance([None]) == ""
