"""What the API says of itself: the steps and sub-steps, whether everything answers, the meaning of codes."""

from typing import Literal

from pydantic import Field

from interfaces.api.models.base import Answer, Body
from registration.workflow.steps import STEPS
from registration.workflow.sub_steps import SUB_STEPS


class DefinedStep(Body):
    """One of the six steps."""

    step_number: int
    step_name: str
    step_description: str
    step_type: Literal["automatic", "action_required"]


class DefinedSubStep(Body):
    """One of the twelve sub-steps of step 6."""

    key: str
    label: str
    phase: int
    needs: list[str] = Field(description="What must be completed before it starts.")
    needs_ended: list[str] = Field(description="What must have ended before it starts.")
    blocking: bool = Field(description="Whether the restaurant has failed without it.")


class Definitions(Answer):
    """The steps and sub-steps of every job."""

    steps: list[DefinedStep]
    sub_steps: list[DefinedSubStep]


def definitions() -> Definitions:
    """As the tables of the domain have them."""
    return Definitions(
        steps=[
            DefinedStep(
                step_number=step,
                step_name=one.name,
                step_description=one.description,
                step_type="action_required" if one.is_gate else "automatic",
            )
            for step, one in STEPS.items()
        ],
        sub_steps=[
            DefinedSubStep(
                key=name,
                label=_label(name),
                phase=one.phase,
                needs=list(one.needs_completed),
                needs_ended=list(one.needs_ended),
                blocking=one.blocking,
            )
            for name, one in SUB_STEPS.items()
        ],
    )


def _label(key: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    return words[:1].upper() + words[1:]


class Health(Answer):
    """The process answers."""

    status: Literal["ok"] = "ok"


class PartState(Body):
    """One part that the API needs."""

    ok: bool
    detail: str | None = Field(description="The code of what is wrong; the log has the rest.")


class Ready(Body):
    """Whether everything answers that the API needs."""

    ready: bool
    parts: dict[str, PartState] = Field(description="By `database` and `prefect`.")


class Explanation(Answer):
    """The meaning of a code."""

    code: str
    title: str
