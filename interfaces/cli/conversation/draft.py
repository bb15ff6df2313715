"""The draft of a conversation: the answers so far, none of them written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registration.configuration.models import ConfigLayer
from registration.gates.decisions import AnyAnswer, ExtractAgain, GoAhead
from registration.gates.open_questions import OpenQuestion
from registration.gates.rounds import Details, Prefilled
from registration.workflow.steps import GateName

ALL, FOR_ALL, OVERVIEW, REVIEW = "a", "f", "o", "r"


@dataclass
class AnswerDraft:
    """The questions in their order, and the answer to each; None is "decide later".

    `typed` keeps the fields that were filled in, so that they survive going back. `for_all` overrides every proposal
    that is confirmed with "go ahead".
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
        """Whether a restaurant waits at the configuration gate."""
        return any(question.gate is GateName.YOLO_CONFIG for question in self.questions)

    @property
    def clear(self) -> tuple[int, ...]:
        """The indexes of the questions that have a recommended answer and no answer yet."""
        return tuple(
            index for index, question in enumerate(self.questions) if question.recommended and index not in self.answers
        )

    def accept_clear(self) -> None:
        """Answer every clear question as recommended."""
        self.answers |= {index: self.questions[index].recommended for index in self.clear}

    def next_unanswered(self, index: int) -> int:
        """The next unanswered index, starting over at the first; the number of questions if all are answered."""
        count = len(self.questions)
        following = [*range(index + 1, count), *range(min(index + 1, count))]
        return next((candidate for candidate in following if candidate not in self.answers), count)

    @property
    def answers_to_write(self) -> tuple[tuple[OpenQuestion, AnyAnswer], ...]:
        """The questions with the answers that are to be written."""
        answered = sorted(self.answers.items())
        return tuple(
            (self.questions[index], self._with_for_all(answer)) for index, answer in answered if answer is not None
        )

    def _with_for_all(self, answer: AnyAnswer) -> AnyAnswer:
        takes = isinstance(answer, GoAhead | ExtractAgain)
        return answer.model_copy(update={"for_all": self.for_all}) if takes else answer
