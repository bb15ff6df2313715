"""Answers of the NZBN API that its description does not foresee, but that come."""

from typing import Any

Json = dict[str, Any]

_SELDOM_GIVEN = (
    "emailAddresses", "phoneNumbers", "websites", "tradingNames", "previousEntityNames", "classifications", "links",
    "industryClassifications", "gstNumbers", "registrationDate", "hibernationStatusCode",
)  # fmt: skip
_SOLE_TRADER = {"nzbn": "9429000000017", "entityName": None, "sourceRegisterUniqueId": None, "tradingNames": None}


def sparse(answer: Json) -> Json:
    """The same with null for what is seldom given, with new types of addresses, and with an entity without a number."""
    if "items" in answer:
        return answer | {"items": [*(_nulled(item) for item in answer["items"]), _SOLE_TRADER], "sortBy": None}
    kinds = {"SERVICE": "ALTERNATIVE", "OFFICE": "PHYSICAL"}
    listed = [one | {"addressType": kinds.get(one["addressType"], one["addressType"])} for one in _addresses(answer)]
    nameless = [{**one, "addressType": None} for one in listed[:1]]
    return _nulled(answer) | {"addresses": {"links": None, "addressList": [*nameless, *listed]}}


def changed(answer: Json) -> Json:
    """Everything that the answer holds, in a shape of its own."""
    return {"data": answer}


def _nulled(part: Json) -> Json:
    return {name: None if name in _SELDOM_GIVEN else value for name, value in part.items()}


def _addresses(entity: Json) -> list[Json]:
    return entity["addresses"]["addressList"]
