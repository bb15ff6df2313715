"""The records of success that the platform keeps in its own tables, as it is built."""

from typing import LiteralString

from registration.workflow.sub_steps import SubStepName

_N = SubStepName

NAMES = {
    "account": _N.CLOUDWAITRESS_ACCOUNT,
    "code": _N.CODE_GENERATION,
    "onboarding_user_creation": _N.CREATE_ONBOARDING_USER,
    "images": _N.UPLOAD_IMAGES,
    "restaurant": _N.RESTAURANT_REGISTRATION,
    "registration_website_settings": _N.WEBSITE_CONFIG,
    "registration_services_config": _N.SERVICES_CONFIG,
    "registration_stripe_payments": _N.PAYMENT_CONFIG,
    "registration_menu_upload": _N.MENU_IMPORT,
    "onboarding_record_update": _N.SYNC_ONBOARDING_USER,
    "registration_option_sets": _N.OPTION_SETS,
    "registration_item_tags": _N.ITEM_TAGS,
}
"""The sub-step of a record, by the record's name: a usage event, an action of the log, or a kind of row."""

RECORDED: LiteralString = """
    select (e.metadata ->> 'restaurant_id')::uuid as restaurant_id, e.event_type as record from usage_events e
    where e.metadata ->> 'restaurant_id' = any(%(restaurants)s::text[]) and e.event_type in (
        'registration_website_settings', 'registration_services_config', 'registration_stripe_payments',
        'registration_menu_upload', 'registration_option_sets', 'registration_item_tags')
    union
    select l.restaurant_id, l.action from registration_logs l
    where l.restaurant_id = any(%(restaurants)s) and l.status = 'success'
        and l.action in ('onboarding_user_creation', 'onboarding_record_update')
    union
    select p.restaurant_id, 'restaurant' from pumpd_restaurants p
    where p.restaurant_id = any(%(restaurants)s) and p.registration_status = 'completed'
        and p.pumpd_restaurant_id like 'RES%%' and p.pumpd_subdomain is not null
    union
    select p.restaurant_id, 'code' from pumpd_restaurants p
    where p.restaurant_id = any(%(restaurants)s) and p.head_injection is not null and p.body_injection is not null
    union
    select a.restaurant_id, 'account' from pumpd_accounts a
    where a.restaurant_id = any(%(restaurants)s) and a.registration_status = 'completed'
    union
    select m.restaurant_id, 'images' from menus m join menu_items i on i.menu_id = m.id
    join item_images x on x.menu_item_id = i.id
    where m.restaurant_id = any(%(restaurants)s) group by m.restaurant_id having bool_and(x.cdn_uploaded)
"""
