"""Names of the platform's endpoints and the register's pages, as latencies, faults and effects use them; names of
restaurants and companies, normalised for web addresses and searches.
"""

import re
import unicodedata
from enum import StrEnum


class Endpoint(StrEnum):
    """Everything that takes time or can fail, named as in the platform's own paths."""

    REGISTER_ACCOUNT = "register-account"
    GENERATE_CODE_INJECTIONS = "generate-code-injections"
    CREATE_ONBOARDING_USER = "create-onboarding-user"
    UPLOAD_IMAGES = "upload-images"
    REGISTER_RESTAURANT = "register-restaurant"
    CONFIGURE_WEBSITE = "configure-website"
    CONFIGURE_SERVICES = "configure-services"
    CONFIGURE_PAYMENT = "configure-payment"
    IMPORT_MENU = "import-menu-direct"
    UPDATE_ONBOARDING_RECORD = "update-onboarding-record"
    ADD_OPTION_SETS = "add-option-sets"
    ADD_ITEM_TAGS = "add-item-tags"
    EXTRACT_MENU = "extract-menu-premium"
    START_EXTRACTION = "extractions-start"
    EXTRACT_BRANDING = "extract-branding"
    IMAGES_WORK = "images-upload"
    MENU_WORK = "menu-extraction"
    BRANDING_WORK = "branding-extraction"
    STATUS = "status"
    CODE_INJECTION = "code-injection"
    SETUP_STATUS = "setup-status"
    LOGS = "logs"
    CDN_STATS = "cdn-stats"
    UPLOAD_BATCH = "upload-batches"
    PREMIUM_STATUS = "premium-extract-status"
    FEATURE_FLAGS = "feature-flags"
    REGISTER_SEARCH = "register-search"
    REGISTER_DETAIL = "register-detail"
    NZBN_SEARCH = "nzbn-search"
    NZBN_ENTITY = "nzbn-entity"


REGISTER = (Endpoint.REGISTER_SEARCH, Endpoint.REGISTER_DETAIL, Endpoint.NZBN_SEARCH, Endpoint.NZBN_ENTITY)
"""The pages of the register's website, and the endpoints of its API."""

WORK_STARTED_BY = {
    Endpoint.EXTRACT_MENU: Endpoint.MENU_WORK,
    Endpoint.START_EXTRACTION: Endpoint.MENU_WORK,
    Endpoint.EXTRACT_BRANDING: Endpoint.BRANDING_WORK,
    Endpoint.UPLOAD_IMAGES: Endpoint.IMAGES_WORK,
}
"""Work that continues in the background after the starting request was answered."""


def folded(text: str) -> str:
    """Text in lower case without macrons and other accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded; an apostrophe joins two parts of a word."""
    return re.findall(r"[a-z0-9]+", folded(text).replace("'", "").replace("\u2019", ""))


def slug(text: str) -> str:
    """A text in the form of a part of a web address."""
    return "-".join(words(text))
