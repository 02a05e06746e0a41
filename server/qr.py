"""QR codes as SVG that stands in a page: attributes only, so that no style rule is needed."""

import segno


def qr_svg(text: str) -> str:
    """Draw a code that still reads with 15 % of it dirty."""
    return str(
        segno.make(text, error="m", micro=False).svg_inline(omitsize=True, svgclass="qr", lineclass=None)
    )
