"""Numbers as every output prints them: one decimal, half up, from exact fractions."""

from fractions import Fraction

from scoring.values import Band


def one_decimal(value: Fraction) -> str:
    """Print an exact value with one decimal.

    Parameters
    ----------
    value : Fraction
        In scale points, of any sign. Missing and withheld have no text here: they are words of the output.

    Returns
    -------
    str
        A half goes up in magnitude: 4.25 is "4.3" and -0.25 is "-0.3", so a gap prints alike from both sides.
        Zero has no sign. n plays no part.

    Source
    ------
    docs/scoring.md, Printed numbers.

    Examples
    --------
    >>> one_decimal(Fraction(17, 4)), one_decimal(Fraction(-1, 4)), one_decimal(Fraction(-1, 25))
    ('4.3', '-0.3', '0.0')
    """
    tenths = int(abs(value) * 10 + Fraction(1, 2))
    sign = "-" if value < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}"


def signed_one_decimal(value: Fraction) -> str:
    """Print an exact gap in scale points with its sign: "+0.3", "-0.3", and "0.0" without one.

    Missing and withheld gaps have no text here; n plays no part. Source: docs/scoring.md, Printed numbers.

    Examples
    --------
    >>> signed_one_decimal(Fraction(1, 4)), signed_one_decimal(Fraction(1, 25))
    ('+0.3', '0.0')
    """
    text = one_decimal(value)
    return text if value < 0 or text == "0.0" else f"+{text}"


def band_text(band: Band) -> str:
    """Print a value at an end of the scale as its range.

    Parameters
    ----------
    band : Band
        Ends in scale points; the reader is not told which value inside it is true.

    Returns
    -------
    str
        Both ends with one decimal, half up; a single number where both print alike (from 20 answers on).
        Withheld values have no band. n shapes the ends and is printed beside them.

    Source
    ------
    GATE-6 (docs/scoring.md, Printed numbers).

    Examples
    --------
    >>> band_text(Band(3, Fraction(14, 3), Fraction(5))), band_text(Band(3, Fraction(1), Fraction(4, 3)))
    ('4.7-5.0', '1.0-1.3')
    """
    low, high = one_decimal(band.low), one_decimal(band.high)
    return low if low == high else f"{low}-{high}"
