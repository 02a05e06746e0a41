"""What the exports room refuses."""


class ExportError(Exception):
    """Root of every refusal of this room; the message says what, which, and what to do."""


class NotACellValue(ExportError):
    """A value that has no honest way into a cell (None, a float, a clock reading)."""


class NotForHr(ExportError):
    """A value that HR's audience may not see was put into HR's workbook."""


class UnknownText(ExportError):
    """A sentence, person, item or question that the book refers to is not in the book."""


class RowDoesNotFit(ExportError):
    """A row has more or fewer cells than its table has columns."""


class UnknownDraft(ExportError):
    """The part of the file that rows belong into is not where it has always been."""


class MakingFailed(ExportError):
    """The process that makes a workbook ended without one."""
