"""The values for all restaurants: what they would change, restaurant by restaurant, before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response

from interfaces.console.edit_forms import read_layer
from interfaces.console.pages.configuration.changes import changes_by_layer
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Viewer
from registration.accounts.queries import KnownAccount, known_accounts
from registration.batches.overview_queries import read_overview
from registration.configuration.models import ConfigLayer
from registration.configuration.preflight import refusals
from registration.configuration.proposals import with_layer
from registration.configuration.state import ConfigState, emails_of, read_config_states
from registration.database.session import Transaction
from registration.gates.open_questions import config_questions
from registration.gates.questions.contexts import ConfigContext
from registration.workflow.snapshot_queries import read_snapshot

router = APIRouter(prefix="/batches/{batch_id}/configuration", include_in_schema=False)


@dataclass(frozen=True)
class Changed:
    """A restaurant whose proposal the values change, and what they would put in its way."""

    name: str
    changes: tuple[str, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What the values do; `given` is false if there are none."""

    given: bool
    total: int
    changed: tuple[Changed, ...]

    @property
    def blocked(self) -> int:
        """How many restaurants the values would keep from going ahead."""
        return sum(bool(one.refusals) for one in self.changed)


@router.get("/for-all")
async def preview(request: Request, batch_id: UUID, visitor: Viewer) -> Response:
    """Which restaurants the values would change."""
    layer = read_layer(request.query_params)
    async with visitor.reading() as transaction:
        _ = await read_overview(transaction, batch_id)
        shown = await _preview(transaction, batch_id, layer)
    return render_part(request, "configuration/parts.html", "for_all_preview", shown)


async def _preview(transaction: Transaction, batch_id: UUID, layer: ConfigLayer) -> Preview:
    questions = await config_questions(transaction, await read_snapshot(transaction, batch_id))
    contexts = [one.context for one in questions if isinstance(one.context, ConfigContext)]
    readers = await read_config_states(transaction, [context.job_id for context in contexts])
    accounts = await known_accounts(transaction, emails_of([context.config for context in contexts]))
    changed = [_changed(context, layer, readers[context.job_id](), accounts) for context in contexts]
    return Preview(layer != ConfigLayer(), len(contexts), tuple(one for one in changed if one.changes))


def _changed(
    context: ConfigContext, layer: ConfigLayer, state: ConfigState, accounts: Mapping[str, KnownAccount]
) -> Changed:
    config = with_layer(context.config, layer, context.header_images)
    reasons = refusals(config, state.facts_with(config, accounts))
    new = tuple(reason for reason in reasons if reason not in context.refusals)
    return Changed(context.restaurant_name, tuple(changes_by_layer(layer, context)), new)
