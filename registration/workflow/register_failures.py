"""Why the companies register gave nothing to step 2 or 4, for the gate at which a person then decides."""

from enum import StrEnum

from registration.errors import (
    RegisterPageNotUnderstood,
    RegisterStayedAway,
    RegisterUnavailable,
    RegistrationError,
    SearchFailed,
)


class RegisterFailure(StrEnum):
    """The kind of a failure; the value is stored with the failed step."""

    NO_ANSWER = "no_answer"
    NOT_READABLE = "not_readable"
    OTHER = "other"

    @property
    def text(self) -> str:
        """The failure in a few words."""
        return _TEXTS[self]

    @classmethod
    def of(cls, error: RegistrationError) -> "RegisterFailure":
        """The kind of failure that an error of step 2 or 4 stands for."""
        match error:
            case RegisterStayedAway() | RegisterUnavailable():
                return cls.NO_ANSWER
            case SearchFailed() | RegisterPageNotUnderstood():
                return cls.NOT_READABLE
            case _:
                return cls.OTHER

    @classmethod
    def read(cls, stored: str | None) -> "RegisterFailure":
        """The stored kind; OTHER for a step that failed before kinds were stored."""
        return cls(stored) if stored in set(cls) else cls.OTHER


_TEXTS = {
    RegisterFailure.NO_ANSWER: "the register did not answer",
    RegisterFailure.NOT_READABLE: "a page of the register could not be read",
    RegisterFailure.OTHER: "the register gave no result",
}
