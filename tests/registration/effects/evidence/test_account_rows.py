"""Whether the account is there, and whose it is, from the platform's tables."""

import pytest

from registration.effects.evidence import Presence
from registration.effects.outputs import AccountOutputs
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName
from tests.registration.effects.evidence.platform_rows import MINUTE, PlatformRows

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT
SUCCESS, FAILED, ASKED_FOR = "w4", "w8", "account_and_restaurant"


async def test_an_account_with_a_user_id_is_ours_and_proven(rows: PlatformRows) -> None:
    """Its outputs name the row and the e-mail."""
    account = await rows.account("completed", pumpd_user_id="invented-user-1")
    observation = await rows.observe(ACCOUNT)
    assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.PROVEN)
    assert observation.outputs == AccountOutputs(account_id=str(account), email=rows.email, already_exists=False)


async def test_a_success_log_since_makes_it_ours(rows: PlatformRows) -> None:
    """Without a user id; one from before the sending does not."""
    account = await rows.account("completed")
    await rows.record(ACCOUNT, SUCCESS, rows.sent - MINUTE, pumpd_account_id=account)
    assert (await rows.observe(ACCOUNT)).verdict is Presence.FOREIGN
    await rows.record(ACCOUNT, SUCCESS, pumpd_account_id=account)
    assert (await rows.observe(ACCOUNT)).verdict is Presence.PRESENT


@pytest.mark.parametrize("status", ["completed", "existing"])
async def test_without_user_id_and_log_it_existed_before(rows: PlatformRows, status: str) -> None:
    """The ordering system knew the e-mail: the account is somebody else's, after a success too."""
    await rows.account(status)
    observation = await rows.observe(ACCOUNT)
    assert observation.verdict is Presence.FOREIGN
    assert "was not made here" in observation.reason
    assert (await rows.read_back(ACCOUNT)).verdict is Presence.FOREIGN


async def test_before_any_sending_every_account_is_somebody_elses(rows: PlatformRows) -> None:
    """A user id shows that the platform made it, not that we asked for it."""
    await rows.account("completed", pumpd_user_id="invented-user-1")
    assert (await rows.probe_first(ACCOUNT)).verdict is Presence.FOREIGN


async def test_after_an_earlier_unclear_request_nobody_can_tell_whose_it_is(rows: PlatformRows) -> None:
    """The first request may have made it: the second one then finds that it existed before."""
    await rows.account("completed")
    assert (await rows.observe(ACCOUNT, previous_sent_at=rows.sent - MINUTE)).verdict is Presence.UNKNOWN


async def test_a_log_since_the_first_request_counts(rows: PlatformRows) -> None:
    """The first of two requests may be the one that made it."""
    account = await rows.account("completed")
    await rows.record(ACCOUNT, SUCCESS, rows.sent - MINUTE, pumpd_account_id=account)
    assert (await rows.observe(ACCOUNT, previous_sent_at=rows.sent - 2 * MINUTE)).verdict is Presence.PRESENT


async def test_asked_for_with_a_restaurant_user_id_and_log_prove_nothing(rows: PlatformRows) -> None:
    """register-restaurant writes both also for an account that existed before."""
    account = await rows.account("completed", pumpd_user_id="invented-user-1")
    await rows.record(ACCOUNT, SUCCESS, pumpd_account_id=account)
    await rows.restaurant("completed", pumpd_account_id=account, registration_type=ASKED_FOR)
    assert (await rows.observe(ACCOUNT)).verdict is Presence.UNKNOWN


async def test_a_log_that_says_that_it_existed_does_not_make_it_ours(rows: PlatformRows) -> None:
    """The call of a registration with a new account is logged as a success either way."""
    account = await rows.account("completed")
    await rows.record(ACCOUNT, SUCCESS, pumpd_account_id=account, response_data={"alreadyExists": True})
    assert (await rows.observe(ACCOUNT)).verdict is Presence.FOREIGN


@pytest.mark.parametrize("status", ["in_progress", "pending"])
async def test_one_that_is_being_opened_is_waited_for_if_we_asked(rows: PlatformRows, status: str) -> None:
    """Else somebody else is opening it."""
    await rows.account(status)
    assert (await rows.observe(ACCOUNT)).verdict is Presence.PARTIAL
    assert (await rows.probe_first(ACCOUNT)).verdict is Presence.FOREIGN


async def test_a_failed_one_may_be_asked_for_once_more(rows: PlatformRows) -> None:
    """An e-mail that the ordering system knows is found, not made a second time."""
    account = await rows.account("failed")
    await rows.record(ACCOUNT, FAILED, pumpd_account_id=account)
    assert (await rows.observe(ACCOUNT)).verdict is Presence.ABSENT


async def test_without_a_row_there_is_none(rows: PlatformRows) -> None:
    """The route writes its row before its call."""
    assert (await rows.observe(ACCOUNT)).verdict is Presence.ABSENT
    assert (await rows.probe_first(ACCOUNT)).verdict is Presence.ABSENT


async def test_e_mails_are_compared_without_regard_to_capitals(rows: PlatformRows) -> None:
    """The platform's own unique constraints compare letter for letter."""
    await rows.account("failed", email=rows.email)
    await rows.account("completed", email="Owner@Kitchen.example", pumpd_user_id="invented-user-1")
    observation = await rows.observe(ACCOUNT)
    assert observation.verdict is Presence.PRESENT


@pytest.mark.parametrize(
    "asked, shown, same",
    [
        ("info@exämple.co.nz", "Info@xn--exmple-cua.co.nz", True),
        ("kai@straße.example", "kai@strasse.example", False),
    ],
)
async def test_a_domain_is_one_however_it_is_written(rows: PlatformRows, asked: str, shown: str, *, same: bool) -> None:
    """ASCII and Unicode write one domain; another domain is another account."""
    await rows.account("completed", email=shown, pumpd_user_id="invented-user-1")
    assert ((await rows.observe(ACCOUNT, email=asked)).verdict is Presence.PRESENT) is same


async def test_the_restaurants_own_row_without_an_account_hides_nothing(rows: PlatformRows) -> None:
    """Code generation makes that row before the account is there, and the platform's status route then shows none."""
    await rows.code(rows.sent, rows.sent)
    await rows.account("completed", pumpd_user_id="invented-user-1")
    assert (await rows.observe(ACCOUNT)).verdict is Presence.PRESENT


async def test_no_password_is_in_the_evidence(rows: PlatformRows) -> None:
    """Only what is read is kept."""
    await rows.account("completed", pumpd_user_id="invented-user-1")
    kept = (await rows.observe(ACCOUNT)).evidence
    assert set(kept) == {"id", "restaurant_id", "email", "status", "has_user_id", "with_restaurant"}
