"""The product's own client with the answers of the contract as data: no server, but the same way through it."""

from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from registration.configuration.models import RestaurantSection, WebsiteSection
from registration.effects.outputs import ExtractionOutputs, Outputs, outputs_of
from registration.errors import RegistrationError
from registration.platform import requests
from registration.platform.client import PlatformClient
from registration.platform.extraction_requests import (
    start_branding_extraction,
    start_doordash_extraction,
    start_menu_extraction,
)
from registration.platform.requests import PlatformRequest, RegistrationType
from registration.restaurants.models import RestaurantData
from registration.workflow.sub_steps import SUB_STEPS
from tests.platform_contract.contract import Answer

KEY = "service-key-of-the-test"
PASSWORD = SecretStr("Sent.Horse-7Battery")
EMAIL = "owner@kitchen.example"
ORGANISATION, RESTAURANT, MENU = (UUID(int=number) for number in (1, 2, 3))
_DATA = RestaurantData(id=RESTAURANT, organisation_id=ORGANISATION, name="Example Kitchen")
_FIRST = RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT

REQUESTS: dict[str, PlatformRequest] = {
    "register-account": requests.register_account(RESTAURANT, EMAIL, PASSWORD, None),
    "generate-code-injections": requests.generate_code_injections(RESTAURANT, no_gradient=False),
    "create-onboarding-user": requests.create_onboarding_user(RESTAURANT, "Alex Example", EMAIL, PASSWORD),
    "upload-images": requests.upload_images(MENU),
    "register-restaurant": requests.register_restaurant(
        RESTAURANT, _FIRST, EMAIL, PASSWORD, RestaurantSection(name="Example Kitchen")
    ),
    "configure-website": requests.configure_website(RESTAURANT, None, None, WebsiteSection()),
    "configure-services": requests.configure_services(RESTAURANT),
    "configure-payment": requests.configure_payment(RESTAURANT, include_connect_link=True),
    "import-menu-direct": requests.import_menu(RESTAURANT, MENU),
    "update-onboarding-record": requests.update_onboarding_record(RESTAURANT, EMAIL, None),
    "add-option-sets": requests.add_option_sets(RESTAURANT, MENU),
    "add-item-tags": requests.add_item_tags(RESTAURANT, MENU),
    "extract-menu-premium": start_menu_extraction(RESTAURANT, "Example Kitchen", "https://www.ubereats.com/store/1"),
    "extractions/start": start_doordash_extraction(RESTAURANT, "https://www.doordash.com/store/1"),
    "website-extraction/branding": start_branding_extraction(_DATA, "https://kitchen.example"),
}
"""What the product sends to each endpoint that has an effect."""

_SUB_STEP = {row.endpoint: row.name for row in SUB_STEPS.values()}


class Reader:
    """Has one answer after the other read by the client; its transport gives each whatever is asked."""

    def __init__(self) -> None:
        self._answer: Answer | None = None
        self._beside: dict[str, Answer] = {}
        transport = httpx.MockTransport(self._give)
        self.client = PlatformClient(
            "http://platform.example", SecretStr(KEY), ORGANISATION, transport=transport, question_patience=0
        )

    def _give(self, request: httpx.Request) -> httpx.Response:
        answer = next((one for part, one in self._beside.items() if part in request.url.path), self._answer)
        if answer is None or answer.status is None:
            raise httpx.RemoteProtocolError("the server closed the connection without an answer", request=request)
        if isinstance(answer.body, dict):
            return httpx.Response(answer.status, json=answer.body)
        page = f"<html><head><title>Error</title></head><body>{answer.body}</body></html>"
        return httpx.Response(answer.status, html=page)

    def shows(self, answer: Answer, **beside: Answer) -> PlatformClient:
        """The client, which gets this answer next; `beside`: another one where the path has that name."""
        self._answer, self._beside = answer, beside
        return self.client

    async def outputs(self, endpoint: str, answer: Answer) -> Outputs | RegistrationError:
        """What is made of an answer to a request: outputs, or a typed error."""
        request = REQUESTS[endpoint]
        try:
            body: dict[str, Any] = await self.shows(answer).send(request, 5)
        except RegistrationError as error:
            return error
        if endpoint not in _SUB_STEP:
            return ExtractionOutputs.model_validate(body)
        asked = {"email": EMAIL, "link_asked": request.body.get("includeConnectLink", False), "item_count": 3}
        return outputs_of(_SUB_STEP[endpoint], body, asked)


def secrets_in(value: object) -> set[str]:
    """The texts of an answer's members that hold a secret: clear passwords, keys, lines of commands."""
    if isinstance(value, list):
        return {one for element in value for one in secrets_in(element)}
    if not isinstance(value, dict):
        return set()
    found = {one for member in value.values() for one in secrets_in(member)}
    for name, member in value.items():
        if name in ("user_password_hint", "webhook_secret", "last_error"):
            found |= {member} if isinstance(member, str) else set()
        if name == "api_keys":
            found |= {str(one) for one in (member.values() if isinstance(member, dict) else member or ())}
    return found
