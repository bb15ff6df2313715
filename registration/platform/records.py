"""The platform's answers about what it did: its log of a restaurant, the images of a menu, one upload of images."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from registration.platform.status import Answer

Count = Annotated[int, Field(ge=0)]


class LoggedData(Answer):
    """What a route keeps of its result; a script's output is not read."""

    user_email: str | None = None
    already_exists: bool = False


class LogLine(Answer):
    """How one call of a route went on."""

    action: str
    status: str
    created_at: AwareDatetime
    response_data: LoggedData | None = None


class Logs(Answer):
    """The newest fifty lines of a restaurant, newest first."""

    logs: tuple[LogLine, ...]


class ImageStats(Answer):
    """The images of a menu, counted; all zero also where the platform failed to read them."""

    total_images: Count
    uploaded_images: Count
    failed_uploads: Count
    pending_uploads: Count


class ImageCounts(Answer):
    """The answer that holds them."""

    stats: ImageStats


class Upload(Answer):
    """One upload of the images of a menu; its times have no zone."""

    id: str
    status: str
    started_at: datetime | None = None


class UploadAnswer(Answer):
    """The answer that holds it."""

    batch: Upload
