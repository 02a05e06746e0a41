"""Released numbers and plain rows in, workbook bytes out."""
