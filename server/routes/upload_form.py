"""Taking a file out of a form."""

from starlette.datastructures import UploadFile
from starlette.requests import Request

from server.usecases.uploads import MOST_BYTES, Upload

# The file itself and room for the other fields of its form.
MAX_UPLOAD_BYTES = MOST_BYTES + 64 * 1024


async def read_file(request: Request) -> Upload | None:
    """Give the file of the field `file`; None when nobody chose one."""
    async with request.form(max_files=1) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return None
        return Upload(sent.filename, await sent.read())
