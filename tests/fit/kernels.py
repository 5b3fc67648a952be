#!/usr/bin/env python3
"""Fits the constants of src/nn/kernels/vector_math.h and prints them: `python3 tests/fit/kernels.py` (needs mpmath).

Each polynomial is the one of its degree whose largest weighted error is smallest, by least squares whose weights grow
where the error is large (Lawson 1961); its coefficients are then rounded to float. Its error, without that of
computing it, is given in units of 2^-24 of the result."""
import struct

from mpmath import chop, cos, erf, erfc, exp, linspace, log, lu_solve, matrix, mp, mpf, pi, polyval, sqrt

mp.dps = 50
POINTS, ROUNDS = 160, 60


def to_float(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def fitted(function, weight, low, high, terms):
    """Coefficients, the constant first."""
    points = [(low + high) / 2 - (high - low) / 2 * cos(pi * (i + mpf(1) / 2) / POINTS) for i in range(POINTS)]
    values, weights = [function(x) for x in points], [weight(x) for x in points]
    powers = [[x**p for p in range(terms)] for x in points]
    shares = [mpf(1) / POINTS] * POINTS
    for _ in range(ROUNDS):
        factors = [share * w * w for share, w in zip(shares, weights)]
        left, right = matrix(terms, terms), matrix(terms, 1)
        for factor, row, value in zip(factors, powers, values):
            for a in range(terms):
                right[a] += factor * row[a] * value
                for b in range(terms):
                    left[a, b] += factor * row[a] * row[b]
        solution = list(lu_solve(left, right))
        errors = [abs(w * (sum(c * p for c, p in zip(solution, row)) - value))
                  for w, row, value in zip(weights, powers, values)]
        shares = [share * error for share, error in zip(shares, errors)]
        total = sum(shares)
        shares = [share / total for share in shares]
    return solution


def show(name, function, weight, low, high, terms):
    coefficients = [to_float(c) for c in fitted(function, weight, low, high, terms)]
    error = max(abs(weight(x) * (polyval(coefficients[::-1], x) - function(x))) for x in linspace(low, high, 1000))
    print(f"static const float {name}[] = {{  /* error {float(error * 2**24):.4f} */")
    print("    " + ", ".join(c.hex().replace("0000000p", "p") + "F" for c in coefficients) + "};")


def exp_rest(r):  # (exp(r) - 1 - r) / r^2
    return (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -12 else mpf(1) / 2 + r / 6


def erf_near(z):  # erf(x) / x - 1, z = x^2
    return erf(sqrt(z)) / sqrt(z) - 1 if z > mpf(10) ** -40 else 2 / sqrt(pi) - 1


def far_x(t):  # t = 1 / (1 + x / 2)
    return 2 / t - 2


def erf_far(t):  # erfc(x) / exp(-x^2)
    return erfc(far_x(t)) * exp(far_x(t) ** 2)


half_ln2 = log(2) / 2 * (1 + mpf(2) ** -10)
near, top = mpf(8) / 10, mpf(4)  # from `top` on, erf is 1
show("q", exp_rest, lambda r: r**2 / exp(r), -half_ln2, half_ln2, 5)
show("near", erf_near, lambda z: 1 / (1 + erf_near(z)), mpf(0), near**2, 6)
show("far", erf_far, lambda t: exp(-far_x(t) ** 2) / erf(far_x(t)), 1 / (1 + top / 2), 1 / (1 + near / 2), 6)
