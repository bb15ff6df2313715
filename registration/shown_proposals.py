"""Going ahead with a proposal that was shown: whether it is still what is proposed, and what was said over it."""

from collections.abc import Collection

from registration.models.config_layer import ConfigLayer
from registration.models.website_choices import TEXT_COLOURS, HeaderImageSource
from registration.models.yolo_config import YoloConfig, follows_theme
from registration.sub_steps import SubStepName

_WORDS = {"steps_enabled": "sub-steps"}


def changed_since(shown: YoloConfig, proposed: YoloConfig) -> str | None:
    """Why nobody can go ahead with what was shown, None if it is what is proposed."""
    sections = [name for name in YoloConfig.model_fields if getattr(shown, name) != getattr(proposed, name)]
    named = ", ".join(_WORDS.get(name, name) for name in sections)
    return f"what is proposed has changed since it was shown ({named}): look again" if sections else None


def laid_over(shown: YoloConfig, layer: ConfigLayer, header_images: Collection[HeaderImageSource]) -> YoloConfig:
    """What was shown with what was said for all over it; text colours that follow the theme go on following it."""
    website = shown.website.model_dump()
    for name in TEXT_COLOURS:
        if follows_theme(shown.website, name):
            del website[name]
    said = layer.website.model_dump(exclude_none=True)
    if said.get("header_image_source") not in header_images:
        said.pop("header_image_source", None)
    flags = {name: shown.is_enabled(name) for name in SubStepName} | layer.steps_enabled
    return YoloConfig.model_validate(
        shown.model_dump()
        | {
            "website": website | said,
            "payment": shown.payment.model_dump() | layer.payment.model_dump(exclude_none=True),
            "steps_enabled": flags,
        }
    )
