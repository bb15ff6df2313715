"""Website, services and payment of a registered restaurant."""

from sandbox.records import Payment, Website
from sandbox.refusals import Refusal
from sandbox.telling.bodies import PaymentBody, RestaurantBody, WebsiteBody
from sandbox.telling.call import Answer, Call
from sandbox.telling.registration import refuse_unregistered

_STORE_WEBSITE = """
    UPDATE restaurants SET demo_store_url = %(demo_store)s, onboarding_status = 'configured',
                           hosted_logo_url = coalesce(%(logo)s::text, hosted_logo_url)
    WHERE id = %(restaurant)s
"""
_STORE_PAYMENT = "UPDATE restaurants SET stripe_connect_url = %(link)s WHERE id = %(restaurant)s"


async def configure_website(call: Call, body: WebsiteBody) -> Answer:
    """Configure the website with generated code; raises Refusal 400, 409."""
    registered = refuse_unregistered(call)
    _refuse_unusable(call, body)
    await call.work()
    website = Website(
        **call.stamp().model_dump(),
        demo_store_url=f"https://{registered.pumpd_subdomain}.pumpd.example",
        uploaded_logo_url=f"https://cdn.pumpd.example/{registered.pumpd_restaurant_id}/logo.png"
        if call.restaurant.logo_url
        else None,
    )
    if call.happens():
        call.done.website = website
        await _store_website(call, website)
    return {
        "success": True,
        "message": "Website configured",
        "uploadedLogoUrl": website.uploaded_logo_url,
        "demoStoreUrl": website.demo_store_url,
    }


async def configure_services(call: Call, body: RestaurantBody) -> Answer:
    """Configure pick-up and delivery; raises Refusal 409."""
    refuse_unregistered(call)
    await call.work()
    if call.happens():
        call.done.services = call.stamp()
    return {"success": True, "message": f"Services configured for {body.restaurant_id}"}


async def configure_payment(call: Call, body: PaymentBody) -> Answer:
    """Configure payment, with a link to connect Stripe if asked; raises Refusal 409."""
    registered = refuse_unregistered(call)
    await call.work()
    link = f"https://connect.stripe.example/{registered.pumpd_restaurant_id}" if body.include_connect_link else None
    if call.happens():
        call.done.payment = Payment(**call.stamp().model_dump(), stripe_connect_url=link)
        if link:
            await call.world.database.write(_STORE_PAYMENT, {"link": link, "restaurant": call.restaurant.id})
    return {"success": True, "message": "Payment configured", "stripeConnectUrl": link}


def _refuse_unusable(call: Call, body: WebsiteBody) -> None:
    code = call.done.code_injection
    other = body.code_injection_id and code and code.code_injection_id != body.code_injection_id
    if code is None or other or (body.file_paths and code.file_paths != body.file_paths):
        raise Refusal(400, f"Code injection {body.code_injection_id} was not generated for {call.restaurant.name}")
    header = body.header_config
    if header.enabled and header.background_source not in call.restaurant.header_images:
        raise Refusal(400, f"{call.restaurant.name} has no header image {header.background_source}")


async def _store_website(call: Call, website: Website) -> None:
    values: dict[str, object] = {
        "demo_store": website.demo_store_url,
        "logo": website.uploaded_logo_url,
        "restaurant": call.restaurant.id,
    }
    await call.world.database.write(_STORE_WEBSITE, values)
