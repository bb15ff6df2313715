"""E-mails as keys of accounts: the one form in which they are compared.

The domain `exämple.nz` is written `xn--exmple-cua.nz` by systems that know only ASCII; both are one domain.
"""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email


def email_key(text: str) -> str:
    """The e-mail in lower case, its domain in Unicode; a text that is no e-mail only in lower case, without blanks."""
    read = _read(text)
    return read.normalized.lower() if read else text.strip().lower()


def ascii_email(email: str) -> str:
    """The same e-mail with its domain in ASCII, as another system may have stored it."""
    read = _read(email)
    return f"{read.local_part}@{read.ascii_domain}".lower() if read else email


def _read(text: str) -> ValidatedEmail | None:
    try:
        return validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return None
