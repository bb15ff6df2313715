"""What can be done before a restaurant is registered: code, onboarding user, images."""

from uuid import UUID, uuid4

from tests.sandbox.client import PASSWORD, Platform
from tests.sandbox.rows import Rows
from tests.waiting import eventually


async def test_code_needs_both_colours(platform: Platform, sandbox_rows: Rows) -> None:
    """400 as long as one of them is not on the row."""
    bare = await sandbox_rows.restaurant(platform.organisation_id, secondary_color=None)
    refused = await platform.post("generate-code-injections", restaurantId=str(bare), noGradient=False)
    assert (refused.status_code, "colour" in refused.json()["error"]) == (400, True)


async def test_code_is_generated_and_stored(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """The answer, the question and the platform's row agree; a second time keeps the id."""
    answers = [
        (await platform.post("generate-code-injections", restaurantId=str(restaurant_id), noGradient=flag)).json()
        for flag in (False, True)
    ]
    told = await platform.ask("code-injection", restaurant_id)
    [row] = await sandbox_rows.query("SELECT * FROM pumpd_restaurants WHERE restaurant_id = %(id)s", id=restaurant_id)
    assert len({answer["codeInjectionId"] for answer in answers} | {str(row["id"]), told["codeInjectionId"]}) == 1
    assert (told["hasContent"], told["filePaths"]) == (True, answers[1]["filePaths"])
    assert row["code_injection_config"] == {"noGradient": True}


async def test_an_onboarding_user_is_created_once(platform: Platform, restaurant_id: UUID) -> None:
    """A user that exists is refused with 400."""
    body = {"restaurantId": str(restaurant_id), "userName": "Aroha", "userEmail": "aroha@owner.example"}
    created = await platform.post("create-onboarding-user", **body, userPassword=PASSWORD)
    again = await platform.post("create-onboarding-user", **body)
    assert (created.json()["passwordGenerated"], PASSWORD in created.text) == (False, False)
    assert (again.status_code, "already exists" in again.json()["error"]) == (400, True)
    assert (await platform.ask("setup-status", restaurant_id))["onboardingUser"]["email"] == "aroha@owner.example"


async def test_a_second_restaurant_of_the_owner_has_the_user_too(platform: Platform, sandbox_rows: Rows) -> None:
    """The platform knows the user by the e-mail address on the row."""
    first, second = [await sandbox_rows.restaurant(platform.organisation_id, email="sam@owner.example") for _ in "ab"]
    body = {"userName": "Sam", "userEmail": "sam@owner.example", "userPassword": PASSWORD}
    await platform.post("create-onboarding-user", restaurantId=str(first), **body)
    assert (await platform.ask("setup-status", second))["onboardingUser"]["email"] == "sam@owner.example"


async def test_an_onboarding_record_needs_its_user(platform: Platform, restaurant_id: UUID) -> None:
    """404 without a user; with one, the filled fields are told."""
    body = {"restaurantId": str(restaurant_id), "userEmail": "aroha@owner.example", "contactPerson": "Aroha"}
    assert (await platform.post("update-onboarding-record", **body)).status_code == 404
    user = {"userName": "Aroha", "userEmail": "aroha@owner.example", "userPassword": PASSWORD}
    await platform.post("create-onboarding-user", restaurantId=str(restaurant_id), **user)
    updated = (await platform.post("update-onboarding-record", **body)).json()
    assert {"contact_person", "primary_color"} <= set(updated["updatedFields"])
    assert (await platform.ask("setup-status", restaurant_id))["onboardingRecord"]["updated_at"]


async def test_images_arrive_one_after_the_other(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """Started at once, then polled until all are uploaded."""
    menu_id = await sandbox_rows.menu(restaurant_id, items=20)
    await platform.behave(profile="demo")
    started = (await platform.post(f"/api/menus/{menu_id}/upload-images")).json()
    seen: list[int] = []

    async def all_uploaded() -> bool:
        seen.append((await platform.ask("setup-status", restaurant_id))["images"]["uploaded"])
        return seen[-1] == 20

    await eventually(all_uploaded, "all images to be uploaded")
    assert started["status"] == "started"
    assert seen == sorted(seen)
    assert (seen[0] < 20, seen[-1]) == (True, 20)


async def test_images_need_a_menu_with_items(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """404 for an unknown menu, 400 for an empty one."""
    empty = await sandbox_rows.menu(restaurant_id, items=0)
    statuses = [(await platform.post(f"/api/menus/{menu}/upload-images")).status_code for menu in (uuid4(), empty)]
    assert statuses == [404, 400]
