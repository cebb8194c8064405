"""Files on their way in: kept on disk, and no more of them than may be read."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler

from kapstone import fhir


class NoMoreThanMayBeRead(FileUploadHandler):
    """Drops what comes after the largest file that is read; it stands before the other handlers.

    The part that crosses the limit still passes, so the file that arrives is larger than the limit
    and is refused by its size, while no more than that ever lies on the disk.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= fhir.MAX_BYTES else None

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one hold the file."""
