"""Answers of the NZBN API that occur although its description does not allow them."""

from typing import Any

Json = dict[str, Any]

_SELDOM_GIVEN = (
    "emailAddresses", "phoneNumbers", "websites", "tradingNames", "previousEntityNames", "classifications", "links",
    "industryClassifications", "gstNumbers", "registrationDate", "hibernationStatusCode",
)  # fmt: skip
_SOLE_TRADER = {"nzbn": "9429000000017", "entityName": None, "sourceRegisterUniqueId": None, "tradingNames": None}


def sparse(answer: Json) -> Json:
    """The results with null for rare values, with new types of addresses, and with an entity without a number."""
    if "items" in answer:
        return answer | {"items": [*(_nulled(item) for item in answer["items"]), _SOLE_TRADER], "sortBy": None}
    kinds = {"SERVICE": "ALTERNATIVE", "OFFICE": "PHYSICAL"}
    listed = [
        address | {"addressType": kinds.get(address["addressType"], address["addressType"])}
        for address in _addresses(answer)
    ]
    nameless = [{**address, "addressType": None} for address in listed[:1]]
    return _nulled(answer) | {"addresses": {"links": None, "addressList": [*nameless, *listed]}}


def changed(answer: Json) -> Json:
    """All data of the answer in a different structure."""
    return {"data": answer}


def _nulled(part: Json) -> Json:
    return {name: None if name in _SELDOM_GIVEN else value for name, value in part.items()}


def _addresses(entity: Json) -> list[Json]:
    return entity["addresses"]["addressList"]
