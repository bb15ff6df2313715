"""What a page shows after answers: each restaurant with what became of its answer, and its line as it is now. Pure."""

from dataclasses import dataclass

from interfaces.console.pages.configuration.view import Decided, Listing, Row


@dataclass(frozen=True)
class Outcome:
    """The result of one request.

    `title` says what was done, empty if nothing was; `refused` names each other restaurant with the reason, and what
    changed since it was shown. `waiting` and `decided` are the lines of all of them. `note` says why no process goes on
    with the batch. `saved` are the fields of the editor that were written to the restaurant, so that it must be opened
    anew; None if none was.
    """

    listing: Listing
    title: str
    refused: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    waiting: tuple[Row, ...] = ()
    decided: tuple[Decided, ...] = ()
    saved: tuple[str, ...] | None = None

    @property
    def settled(self) -> str:
        """The jobs that do not wait any more, for the page's drafts."""
        return " ".join(str(one.id) for one in self.decided)

    @property
    def tone(self) -> str:
        """The look of the strip: wrong if nothing was done."""
        if not self.title:
            return "wrong"
        return "" if self.refused else "good"

    @property
    def all_ended(self) -> bool:
        """True if nothing of the batch waits here any more."""
        return not self.listing.rows
