"""Where notices go, looked at without sending one."""

from pydantic import SecretStr

from dev.stack.network import free_port
from registration.health.finding import Level
from registration.health.installation import check_webhook, judge_notification_block, notices_off
from tests.registration.health.answering import answering


async def test_a_webhook_that_answers_is_fine() -> None:
    """Whatever it says to a question: nothing is posted. Its path, which may be a secret, is not shown."""
    async with answering(405) as url:
        found = await check_webhook(SecretStr(f"{url}/hooks/hidden"))
    assert (found.level, found.says) == (Level.OK, f"something answers at {url}")


async def test_a_webhook_that_does_not_answer_is_an_error() -> None:
    """With the setting, and without its path."""
    for url in (f"http://127.0.0.1:{free_port()}/hidden", "hidden"):
        found = await check_webhook(SecretStr(url))
        assert found.level is Level.ERROR
        assert "REGISTRATION_NOTICES_WEBHOOK" in (found.next_step or "")
        assert "hidden" not in repr(found)


def test_a_notification_block_is_there_or_not() -> None:
    """With the way to have one; none at all is a choice."""
    assert judge_notification_block("slack-webhook/operators", is_there=True).level is Level.OK
    missing = judge_notification_block("slack-webhook/nobody", is_there=False)
    assert (missing.level, missing.says) == (Level.ERROR, "the Prefect server has no block 'slack-webhook/nobody'")
    assert notices_off().level is Level.OK
