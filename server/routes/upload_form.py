"""Taking a file out of a form."""

from starlette.datastructures import UploadFile
from starlette.requests import Request

from server.errors import Problem
from server.usecases.uploads import MOST_BYTES, Upload

NO_IMPORT = Problem(
    409,
    "demo_imports_nothing",
    "A demo imports no files",
    "Start with your own people in an installation of your own: the last of the five steps on the start page begins one.",
)
# The file itself and room for the other fields of its form.
MAX_UPLOAD_BYTES = MOST_BYTES + 64 * 1024


async def read_file(request: Request) -> Upload | None:
    """Give the file of the field `file`; None when nobody chose one.

    Raises Problem in a demo: nobody's real people may get in among invented ones.
    """
    if request.app.state.settings.is_demo:
        raise NO_IMPORT
    async with request.form(max_files=1) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return None
        return Upload(sent.filename, await sent.read())
