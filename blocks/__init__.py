"""Where things are and how to sign in: one Prefect block per outside thing; each builds its client."""

from blocks.companies_register import CompaniesRegister
from blocks.notices import Notices
from blocks.registration_database import RegistrationDatabase
from blocks.registration_platform import RegistrationPlatform
from blocks.registration_secrets import RegistrationSecrets

__all__ = [
    "CompaniesRegister",
    "Notices",
    "RegistrationDatabase",
    "RegistrationPlatform",
    "RegistrationSecrets",
]
