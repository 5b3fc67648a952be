#!/usr/bin/env python3
"""Fits the constants of src/base/portable.c and prints them: `python3 tests/fit/portable.py` (needs mpmath).

Each polynomial interpolates at Chebyshev nodes, in 120 digits, the part of a function that is left when its
first terms are taken off; its coefficients are then rounded to double. Its error, without that of computing
it, is given in units of 2^-53 of the result."""
from mpmath import atanh, chebyfit, cos, exp, floor, linspace, log, mp, mpf, pi, polyval, sin, sqrt

mp.dps = 120


def show(name, function, high, terms, low=0, weight=lambda x: mpf(1)):
    """Prints polynomial coefficients of `function` on [low, high], the constant first."""
    fitted = [float(c) for c in chebyfit(function, [low, high], terms)]
    error = max(abs((polyval(fitted, x) - function(x)) * weight(x)) for x in linspace(low, high, 2000))
    print(f"static const double {name}[] = {{  /* error {float(error * 2**53):.4f} */")
    for c in reversed(fitted):
        print(f"    {c.hex()},")
    print("};")


def show_parts(name, value, widths):
    """Prints `value` in parts of so many bits each, the last one rounded to double."""
    parts = []
    for width in widths:
        exponent = int(floor(log(value, 2)))
        unit = mpf(2) ** (exponent - width + 1)
        parts.append(floor(value / unit) * unit)
        value -= parts[-1]
    parts.append(mpf(float(value)))
    assert all(mpf(float(part)) == part for part in parts)
    print(f"static const double {name}[] = {{{', '.join(float(part).hex() for part in parts)}}};")


def off_zero(x):
    """0 is a node of some fits, where the functions below are 0 / 0."""
    return x if abs(x) > mpf(10) ** -25 else mpf(10) ** -25


def exp_rest(r):  # (exp(r) - 1 - r) / r^2
    r = off_zero(r)
    return (exp(r) - 1 - r) / r**2


def log_rest(z):  # (2 atanh(s) - 2 s) / s^3, z = s^2
    s = sqrt(off_zero(z))
    return (2 * atanh(s) - 2 * s) / s**3


def sin_rest(z):  # (sin(r) - r) / r^3, z = r^2
    r = sqrt(off_zero(z))
    return (sin(r) - r) / r**3


def cos_rest(z):  # (cos(r) - 1 + r^2 / 2) / r^4, z = r^2
    r = sqrt(off_zero(z))
    return (cos(r) - 1 + r**2 / 2) / r**4


half_ln2, quarter_pi = log(2) / 2 * (1 + mpf(2) ** -20), pi / 4 * (1 + mpf(2) ** -20)
steepest = (sqrt(2) - 1) / (sqrt(2) + 1) * (1 + mpf(2) ** -20)
show("exp_rest", exp_rest, half_ln2, 11, -half_ln2, lambda r: r**2 / exp(r))
show("log_rest", log_rest, steepest**2, 8, 0, lambda z: z / 2)
show("sin_rest", sin_rest, quarter_pi**2, 7, 0, lambda z: z)
show("cos_rest", cos_rest, quarter_pi**2, 6, 0, lambda z: z**2 / cos(sqrt(z)))
show_parts("ln2", log(2), [32])
show_parts("half_pi", pi / 2, [33, 33, 33])
show_parts("per_ln2", 1 / log(2), [])
show_parts("per_half_pi", 2 / pi, [])
show_parts("sqrt2", sqrt(2), [])
