"""What must hold of all answers that were played to the ledger."""

from sqlalchemy import text

from registration.workflow.assurance import RECORDS, EvidenceSource
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName
from tests.platform_contract.contract import contract
from tests.platform_contract.expected import Says, ends, most_sendings, says
from tests.platform_contract.ledger_trial import played
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import CIPHER

_OF_COMMANDS = ("--password", "--email", "node /app", 'node "/app')


async def hold_each_answer(tenant: Tenant, name: SubStepName, way: EvidenceSource) -> None:
    """Completed only with what happened; sent again by itself only where that does no harm; no secret is kept."""
    row = SUB_STEPS[name]
    answers = contract().endpoints[row.endpoint].answers
    came = await played(tenant, name, answers, way)
    demanded = {one.case: ends(row.endpoint, row.effect, RECORDS[name].best(way), one) for one in answers}
    assert {case: one.end for case, one in came.items()} == demanded
    for answer in answers:
        became = came[answer.case]
        assert 1 <= became.calls <= most_sendings(row.effect, answer), answer.case
        if says(answer) is Says.NO:
            assert became.row["sent_at"] is None or became.status == "completed", answer.case
        if says(answer) is Says.WARNINGS and row.effect is not EffectKind.SET:
            assert became.row["sent_at"] is not None, f"{answer.case}: a retry must look for it first"
    await hold_no_secret(tenant)


async def hold_no_secret(tenant: Tenant) -> None:
    """No password, and no line of a command, stands in a row of ours."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        credentials = await transaction.execute(text("select password_encrypted from registration_credentials"))
        passwords = [CIPHER.decrypt(row.password_encrypted).get_secret_value() for row in credentials]
        kept = ""
        for table in ("registration_sub_steps", "registration_events", "registration_jobs"):
            found = await transaction.execute(text(f"select to_jsonb(one)::text from {table} one"))
            kept += "\n".join(found.scalars())
    assert kept
    assert [one for one in (*passwords, *_OF_COMMANDS) if one in kept] == []
