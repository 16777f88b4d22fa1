"""The functions of Moré, Garbow & Hillstrom 1981 in plain loops, written from the paper, number by number."""

import math

import numpy as np

BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
BELL = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, 0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009]  # fmt: skip  # noqa: E501
MEYER = [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]
KOWALIK = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
KOWALIK_U = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]
OSBORNE1 = """844 908 932 936 925 908 881 850 818 784 751 718 685 658 628 603 580 558 538 522 506 490 478 467 457 448
438 431 424 420 414 411 406"""
OSBORNE2 = """1366 1191 1112 1013 991 885 831 847 786 725 746 679 608 655 616 606 602 626 651 724 649 649 694 644 624
661 612 558 533 495 500 423 395 375 372 391 396 405 428 429 523 562 607 653 672 708 633 668 645 632 591 559 597 625 739
710 729 720 636 581 428 292 162 98 54"""
EXP, SIN, COS = math.exp, math.sin, math.cos


def thousandths(text):
    return [int(each) / 1000 for each in text.split()]


def rosenbrock(x):
    return [10 * (x[1] - x[0] ** 2), 1 - x[0]]


def freudenstein_roth(x):
    a, b = x
    return [-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b]


def powell_badly_scaled(x):
    return [1e4 * x[0] * x[1] - 1, EXP(-x[0]) + EXP(-x[1]) - 1.0001]


def brown_badly_scaled(x):
    return [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2]


def beale(x):
    return [y - x[0] * (1 - x[1] ** i) for i, y in [(1, 1.5), (2, 2.25), (3, 2.625)]]


def jennrich_sampson(x):
    return [2 + 2 * i - (EXP(i * x[0]) + EXP(i * x[1])) for i in range(1, 11)]


def helical_valley(x):
    turn = math.atan(x[1] / x[0]) / (2 * math.pi) + (0.5 if x[0] < 0 else 0)
    return [10 * (x[2] - 10 * turn), 10 * (math.hypot(x[0], x[1]) - 1), x[2]]


def bard(x):
    rows = enumerate(BARD, 1)
    return [y - (x[0] + u / ((16 - u) * x[1] + min(u, 16 - u) * x[2])) for u, y in rows]


def gaussian(x):
    return [x[0] * EXP(-x[1] * ((8 - i) / 2 - x[2]) ** 2 / 2) - y for i, y in enumerate(BELL, 1)]


def meyer(x):
    return [x[0] * EXP(x[1] / (45 + 5 * i + x[2])) - y for i, y in enumerate(MEYER, 1)]


def gulf(x, m=99):
    found = []
    for i in range(1, m + 1):
        t = i / 100
        y = 25 + (-50 * math.log(t)) ** (2 / 3)
        found.append(EXP(-(abs(y - x[1]) ** x[2]) / x[0]) - t)
    return found


def box(x, m=10):
    rows = [i / 10 for i in range(1, m + 1)]
    return [EXP(-t * x[0]) - EXP(-t * x[1]) - x[2] * (EXP(-t) - EXP(-10 * t)) for t in rows]


def powell_singular(x):
    a, b, c, d = x
    return [a + 10 * b, 5**0.5 * (c - d), (b - 2 * c) ** 2, 10**0.5 * (a - d) ** 2]


def wood(x):
    a, b, c, d = x
    ten = 10**0.5
    return [10 * (b - a * a), 1 - a, 90**0.5 * (d - c * c), 1 - c, ten * (b + d - 2), (b - d) / ten]


def kowalik_osborne(x):
    rows = zip(KOWALIK, KOWALIK_U, strict=True)
    return [y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]) for y, u in rows]


def brown_dennis(x):
    rows = [i / 5 for i in range(1, 21)]
    return [(x[0] + t * x[1] - EXP(t)) ** 2 + (x[2] + x[3] * SIN(t) - COS(t)) ** 2 for t in rows]


def osborne1(x):
    a, b, c, d, e = x
    rows = enumerate(thousandths(OSBORNE1))
    return [y - (a + b * EXP(-10 * i * d) + c * EXP(-10 * i * e)) for i, y in rows]


def biggs_exp6(x, m=13):
    found = []
    for t in [i / 10 for i in range(1, m + 1)]:
        y = EXP(-t) - 5 * EXP(-10 * t) + 3 * EXP(-4 * t)
        found.append(x[2] * EXP(-t * x[0]) - x[3] * EXP(-t * x[1]) + x[5] * EXP(-t * x[4]) - y)
    return found


def osborne2(x):
    found = []
    for i, y in enumerate(thousandths(OSBORNE2)):
        t = i / 10
        model = x[0] * EXP(-t * x[4]) + x[1] * EXP(-((t - x[8]) ** 2) * x[5])
        model += x[2] * EXP(-((t - x[9]) ** 2) * x[6]) + x[3] * EXP(-((t - x[10]) ** 2) * x[7])
        found.append(y - model)
    return found


def watson(x):
    found = []
    for t in [i / 29 for i in range(1, 30)]:
        slope = sum(j * x[j] * t ** (j - 1) for j in range(1, len(x)))
        found.append(slope - sum(x[j] * t**j for j in range(len(x))) ** 2 - 1)
    return [*found, x[0], x[1] - x[0] ** 2 - 1]


def extended_rosenbrock(x):
    return [r for i in range(0, len(x), 2) for r in rosenbrock(x[i : i + 2])]


def extended_powell(x):
    return [r for i in range(0, len(x), 4) for r in powell_singular(x[i : i + 4])]


def penalty1(x):
    return [1e-5**0.5 * (each - 1) for each in x] + [sum(each**2 for each in x) - 0.25]


def penalty2(x):
    n, a = len(x), 1e-5**0.5
    found = [x[0] - 0.2]
    for i in range(2, n + 1):
        y = EXP(i / 10) + EXP((i - 1) / 10)
        found.append(a * (EXP(x[i - 1] / 10) + EXP(x[i - 2] / 10) - y))
    found += [a * (EXP(x[i - n] / 10) - EXP(-1 / 10)) for i in range(n + 1, 2 * n)]
    return [*found, sum((n - j + 1) * x[j - 1] ** 2 for j in range(1, n + 1)) - 1]


def variably_dimensioned(x):
    s = sum(j * (each - 1) for j, each in enumerate(x, 1))
    return [each - 1 for each in x] + [s, s * s]


def trigonometric(x):
    n = len(x)
    total = n - sum(map(COS, x))
    return [total + i * (1 - COS(each)) - SIN(each) for i, each in enumerate(x, 1)]


def brown_almost_linear(x):
    n = len(x)
    return [each + sum(x) - (n + 1) for each in x[:-1]] + [math.prod(x) - 1]


def discrete_boundary_value(x):
    n = len(x)
    h, around = 1 / (n + 1), [0, *x, 0]
    return [
        2 * around[i] - around[i - 1] - around[i + 1] + h**2 * (around[i] + i * h + 1) ** 3 / 2 for i in range(1, n + 1)
    ]


def discrete_integral_equation(x):
    n = len(x)
    h = 1 / (n + 1)
    t = [i * h for i in range(1, n + 1)]
    found = []
    for i in range(n):
        low = sum(t[j] * (x[j] + t[j] + 1) ** 3 for j in range(i + 1))
        high = sum((1 - t[j]) * (x[j] + t[j] + 1) ** 3 for j in range(i + 1, n))
        found.append(x[i] + h * ((1 - t[i]) * low + t[i] * high) / 2)
    return found


def broyden_tridiagonal(x):
    around = [0, *x, 0]
    return [(3 - 2 * x[i]) * x[i] - around[i] - 2 * around[i + 2] + 1 for i in range(len(x))]


def broyden_banded(x):
    found = []
    for i in range(len(x)):
        near = [j for j in range(max(0, i - 5), min(len(x) - 1, i + 1) + 1) if j != i]
        found.append(x[i] * (2 + 5 * x[i] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in near))
    return found


def linear_full_rank(x, m=20):
    rest = -2 / m * sum(x) - 1
    return [(x[i] if i < len(x) else 0) + rest for i in range(m)]


def linear_rank_1(x, m=20):
    return [i * sum(j * each for j, each in enumerate(x, 1)) - 1 for i in range(1, m + 1)]


def linear_rank_1_zeros(x, m=20):
    inner = sum(j * x[j - 1] for j in range(2, len(x)))
    return [-1] + [(i - 1) * inner - 1 for i in range(2, m)] + [-1]


def chebyquad(x):
    found = []
    for i in range(1, len(x) + 1):
        # By its definition, cos(i arccos), and not by the recurrence.
        values = np.polynomial.chebyshev.chebval(2 * np.asarray(x) - 1, [0] * i + [1])
        found.append(float(np.mean(values)) - (0 if i % 2 else -1 / (i * i - 1)))
    return found
