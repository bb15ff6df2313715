"""Addresses and credentials: one Prefect block per external system; each block creates its client."""

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
