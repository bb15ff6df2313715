"""The code of a website, generated from the restaurant's colours."""

from uuid import uuid4

from sandbox.records import CodeInjection
from sandbox.refusals import Refusal
from sandbox.slugs import slug
from sandbox.telling.bodies import CodeBody
from sandbox.telling.call import Answer, Call

_STORE = """
    INSERT INTO pumpd_restaurants (id, organisation_id, restaurant_id, head_injection, body_injection,
                                   code_injection_config, code_injection_generated_at)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(head)s, %(body)s,
            jsonb_build_object('noGradient', %(no_gradient)s::boolean), %(at)s)
    ON CONFLICT (organisation_id, restaurant_id) DO UPDATE
    SET head_injection = excluded.head_injection, body_injection = excluded.body_injection,
        code_injection_config = excluded.code_injection_config,
        code_injection_generated_at = excluded.code_injection_generated_at
"""
FILES = {
    "headInjection": "head-injection.html",
    "bodyInjection": "body-injection.html",
    "configuration": "configuration.json",
}


async def generate_code_injections(call: Call, body: CodeBody) -> Answer:
    """Generate code; both colours must be on the restaurant's row, else raises Refusal 400."""
    restaurant = call.restaurant
    if not (restaurant.primary_color and restaurant.secondary_color):
        raise Refusal(400, f"{restaurant.name} needs a primary and a secondary colour")
    await call.work()
    code = _generated(call)
    if call.happens():
        call.done.code_injection = code
        await _store(call, code, body)
    return {"success": True, "message": "Code injections generated", **code_answer(code)}


def code_answer(code: CodeInjection) -> Answer:
    """Generated code as it is told to others."""
    return {
        "codeInjectionId": str(code.code_injection_id),
        "generatedAt": code.changed_at.isoformat(),
        "filePaths": code.file_paths,
    }


def _generated(call: Call) -> CodeInjection:
    before = call.done.code_injection
    folder = f"/generated/{slug(call.restaurant.name)}-{str(call.restaurant.id)[:8]}"
    return CodeInjection(
        **call.stamp().model_dump(),
        code_injection_id=before.code_injection_id if before else uuid4(),
        file_paths={name: f"{folder}/{file}" for name, file in FILES.items()},
    )


async def _store(call: Call, code: CodeInjection, body: CodeBody) -> None:
    restaurant = call.restaurant
    style = f":root{{--primary:{restaurant.primary_color};--secondary:{restaurant.secondary_color}}}"
    values: dict[str, object] = {
        "id": code.code_injection_id,
        "organisation": restaurant.organisation_id,
        "restaurant": restaurant.id,
        "head": f"<style>{style}</style>",
        "body": "<div id='pumpd'></div>",
        "no_gradient": body.no_gradient,
        "at": code.changed_at,
    }
    await call.world.database.write(_STORE, values)
