"""Accounts of the platform that are somebody else's, told to people with the way out."""

_FOREIGN = (
    "the platform has an account for {0} that was not made here; "
    "store its password with `registration credentials set {0}`, or use another e-mail"
)


def foreign_account(email: str) -> str:
    """Why the account of this e-mail is not used, and what can be done about it."""
    return _FOREIGN.format(email)
