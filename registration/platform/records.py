"""The platform's answers about its own work: its log of a restaurant, the images of a menu, one upload of images."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from registration.platform.status import Answer

Count = Annotated[int, Field(ge=0)]


class LoggedData(Answer):
    """The part of a route's result that the platform logs; the output of scripts is not read."""

    user_email: str | None = None
    already_exists: bool = False


class LogLine(Answer):
    """One logged call of a route."""

    action: str
    status: str
    created_at: AwareDatetime
    response_data: LoggedData | None = None


class Logs(Answer):
    """The newest fifty log lines of a restaurant, newest first."""

    logs: tuple[LogLine, ...]


class ImageStats(Answer):
    """The images of a menu, counted; all zero also if the platform failed to read them."""

    total_images: Count
    uploaded_images: Count
    failed_uploads: Count
    pending_uploads: Count


class ImageCounts(Answer):
    """The answer that contains the ImageStats."""

    stats: ImageStats


class Upload(Answer):
    """One upload of the images of a menu; its times have no time zone."""

    id: str
    status: str
    started_at: datetime | None = None


class UploadAnswer(Answer):
    """The answer that contains the Upload."""

    batch: Upload
