"""The feature flags that the platform keeps for an organisation, for an installation without a platform database."""

import json

from alembic import op

revision = "platform_features"
down_revision = "registration_known"
branch_labels = None
depends_on = None

_ON = {"enabled": True, "ratePerItem": 0.0}
_FLAGS = {
    "premiumExtraction": {"enabled": True, "ratePerItem": 0.25},
    "brandingExtraction": {"enabled": True, "firecrawlBranding": {"enabled": True, "ratePerItem": 0.2}},
    "registration": {
        "enabled": True,
        "userAccountRegistration": _ON,
        "restaurantRegistration": _ON,
        "menuUploading": _ON,
        "itemTagUploading": _ON,
        "optionSetUploading": _ON,
        "codeInjection": _ON,
        "websiteSettings": _ON,
        "stripePayments": _ON,
        "servicesConfiguration": _ON,
        "onboardingUserManagement": _ON,
        "onboardingSync": {"enabled": False, "ratePerItem": 0.0},
        "finalisingSetup": _ON,
    },
}
"""The platform's default, as far as extraction and registration ask for flags."""


def upgrade() -> None:
    """Add the column with the platform's default; a sandbox that was there before has added it for itself."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "alter table public.organisations add column if not exists feature_flags jsonb"
        f" default '{json.dumps(_FLAGS)}'::jsonb"
    )


def downgrade() -> None:
    """Drop the column with all it holds."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("alter table public.organisations drop column feature_flags")
