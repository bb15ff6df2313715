"""What was answered so far: nothing of it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registration.models.config_layer import ConfigLayer
from registration.models.decisions import AnyAnswer, GoAhead
from registration.models.rounds import Details, Prefilled
from registration.open_questions import OpenQuestion
from registration.steps import GateName


@dataclass
class Sheet:
    """The questions in their order, and what was said to each; None is "decide later".

    `typed` keeps what was filled in for details, so that going back loses nothing. `for_all` lies over every proposal
    that is gone ahead with.
    """

    questions: Sequence[OpenQuestion]
    answers: dict[int, AnyAnswer | None] = field(default_factory=dict[int, AnyAnswer | None])
    typed: dict[tuple[int, Details], dict[str, Prefilled]] = field(
        default_factory=dict[tuple[int, Details], dict[str, Prefilled]]
    )
    for_all: ConfigLayer = field(default_factory=ConfigLayer)
    for_all_typed: dict[str, Prefilled] = field(default_factory=dict[str, Prefilled])

    @property
    def configures(self) -> bool:
        """Whether anybody waits for a configuration."""
        return any(one.gate is GateName.YOLO_CONFIG for one in self.questions)

    @property
    def clear(self) -> tuple[int, ...]:
        """The places that have a recommended answer and were not answered."""
        return tuple(place for place, one in enumerate(self.questions) if one.recommended and place not in self.answers)

    def accept_clear(self) -> None:
        """Take what is recommended wherever something is."""
        self.answers |= {place: self.questions[place].recommended for place in self.clear}

    def after(self, place: int) -> int:
        """The next place that was not answered, those before it last; the number of questions if all were."""
        count = len(self.questions)
        following = [*range(place + 1, count), *range(min(place + 1, count))]
        return next((one for one in following if one not in self.answers), count)

    @property
    def given(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """What is to be written."""
        answered = sorted(self.answers.items())
        return tuple((self.questions[place], self._over(answer)) for place, answer in answered if answer is not None)

    def _over(self, answer: AnyAnswer) -> AnyAnswer:
        return answer.model_copy(update={"for_all": self.for_all}) if isinstance(answer, GoAhead) else answer
