"""Every first-order rule as a loop over given gradients, in NumPy alone.

Each function takes the gradients seen at steps 1, 2, ..., as an array of shape (steps, n), and gives the moves that
the rule makes, of the same shape. It is written from the paper or the library that it names, one line an equation, and
shares nothing with the package: no import, no helper, no default. `rates` holds the learning rate of each step, shape
(steps,); `points` holds where each gradient was taken, for the rules that look at it (weight decay, LAMB).
"""

import numpy as np


def gradient_descent(gradients, *, rates):
    return np.stack([-eta * g for g, eta in zip(gradients, rates, strict=True)])


def normalized_gradient_descent(gradients, *, rates, epsilon):
    """x ← x − η g/(‖g‖₂ + ε); a zero gradient moves nothing."""
    moves = []
    for g, eta in zip(gradients, rates, strict=True):
        length = np.sqrt(np.sum(g * g))
        moves.append(-eta * g / (length + epsilon) if length > 0 else np.zeros_like(g))
    return np.stack(moves)


def momentum(gradients, *, rates, rho, dampening, first_dampened, rate_inside):
    """Rate outside: v ← ρv + (1 − τ)g, x ← x − ηv. Rate inside: v ← ρv − η(1 − τ)g, x ← x + v.

    `first_dampened=False` is torch's exception: the first velocity is the gradient itself, whatever τ.
    """
    v = np.zeros_like(gradients[0])
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        share = 1.0 if t == 1 and not first_dampened else 1.0 - dampening
        if rate_inside:
            v = rho * v - eta * share * g
            moves.append(v)
        else:
            v = rho * v + share * g
            moves.append(-eta * v)
    return np.stack(moves)


def nesterov_shifted(gradients, *, rates, rho, rate_inside):
    """The libraries' form, in which the point that the user sees is the one where the gradient is taken.

    Rate outside (torch, optax): v ← ρv + g, x ← x − η(g + ρv). Rate inside (keras): v ← ρv − ηg, x ← x + ρv − ηg.
    """
    v = np.zeros_like(gradients[0])
    moves = []
    for g, eta in zip(gradients, rates, strict=True):
        if rate_inside:
            v = rho * v - eta * g
            moves.append(rho * v - eta * g)
        else:
            v = rho * v + g
            moves.append(-eta * (g + rho * v))
    return np.stack(moves)


def nesterov_look_ahead(gradient_at, x0, *, rates, rho, rate_inside):
    """Sutskever et al. 2013, equations 3 and 4: v ← ρv − η∇f(x + ρv), x ← x + v.

    With the rate outside the velocity: v ← ρv + ∇f(x − ηρv), x ← x − ηv, looking ahead with the last step's η.
    Here the gradient has to be a function, because where it is taken is the whole point.
    Returns the points x after each step and the points asked about, shape (steps, n) each.
    """
    x = ahead = np.array(x0, float)
    v = np.zeros_like(x)
    points, asked = [], []
    for eta in rates:
        asked.append(ahead)
        if rate_inside:
            v = rho * v - eta * gradient_at(ahead)
            x = x + v
            ahead = x + rho * v
        else:
            v = rho * v + gradient_at(ahead)
            x = x - eta * v
            ahead = x - eta * rho * v
        points.append(x)
    return np.stack(points), np.stack(asked)


def adagrad(gradients, *, rates, epsilon, inside, initial, rate_decay=0.0):
    """Duchi et al. 2011 with r₀ = `initial`; torch divides the rate by 1 + (t − 1)·`rate_decay`."""
    r = np.full_like(gradients[0], initial)
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        r = r + g * g
        scale = np.sqrt(r + epsilon) if inside else np.sqrt(r) + epsilon
        moves.append(-eta / (1.0 + (t - 1) * rate_decay) * g / scale)
    return np.stack(moves)


def adagrad_norm(gradients, *, rates, epsilon, inside, initial):
    """One scale for all coordinates: r ← r + ‖g‖²; Ward, Wu & Bottou 2019, Algorithm 1."""
    r = initial
    moves = []
    for g, eta in zip(gradients, rates, strict=True):
        r = r + np.sum(g * g)
        scale = np.sqrt(r + epsilon) if inside else np.sqrt(r) + epsilon
        moves.append(-eta * g / scale)
    return np.stack(moves)


def rmsprop(
    gradients,
    *,
    rates,
    beta,
    epsilon,
    inside,
    initial=0.0,
    centered=False,
    momentum=0.0,
    rate_inside=False,
    bias_correction=False,
):
    """Hinton 2012, lecture 6e; centered: Graves 2013, equations 38–45, which subtract the squared mean from r.

    A variance that rounding made negative counts as zero. Momentum with the rate outside (torch):
    b ← ρb + g/d, x ← x − ηb; inside (keras, optax): b ← ρb + ηg/d, x ← x − b.
    """
    r, m, b = np.full_like(gradients[0], initial), np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        r = beta * r + (1.0 - beta) * g * g
        m = beta * m + (1.0 - beta) * g
        correction = 1.0 - beta**t if bias_correction else 1.0
        spread = r / correction
        if centered:
            spread = np.maximum(spread - (m / correction) ** 2, 0.0)
        scale = np.sqrt(spread + epsilon) if inside else np.sqrt(spread) + epsilon
        if rate_inside:
            b = momentum * b + eta * g / scale
            moves.append(-b)
        else:
            b = momentum * b + g / scale
            moves.append(-eta * b)
    return np.stack(moves)


def adadelta(gradients, *, rates, rho, epsilon):
    """Zeiler 2012, Algorithm 1; the rate multiplies the move but not what is accumulated of it."""
    r, s = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    moves = []
    for g, eta in zip(gradients, rates, strict=True):
        r = rho * r + (1.0 - rho) * g * g
        delta = -np.sqrt(s + epsilon) / np.sqrt(r + epsilon) * g
        s = rho * s + (1.0 - rho) * delta * delta
        moves.append(eta * delta)
    return np.stack(moves)


def _adam_scale(r, correction, *, epsilon, epsilon_root, before):
    """What Adam's corrected first moment is divided by, for both times at which ε may be added."""
    if before:
        return (np.sqrt(r + epsilon_root) + epsilon) / np.sqrt(correction)
    return np.sqrt(r / correction + epsilon_root) + epsilon


def adam(
    gradients,
    *,
    rates,
    beta1,
    beta2,
    epsilon,
    epsilon_root=0.0,
    epsilon_before_correction=False,
    bias_correction=True,
):
    """Kingma & Ba 2015, Algorithm 1; ε before correction is their closing remark in section 2."""
    m, r = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = beta1 * m + (1.0 - beta1) * g
        r = beta2 * r + (1.0 - beta2) * g * g
        correction1 = 1.0 - beta1**t if bias_correction else 1.0
        correction2 = 1.0 - beta2**t if bias_correction else 1.0
        scale = _adam_scale(
            r, correction2, epsilon=epsilon, epsilon_root=epsilon_root, before=epsilon_before_correction
        )
        moves.append(-eta * (m / correction1) / scale)
    return np.stack(moves)


def amsgrad(
    gradients, *, rates, beta1, beta2, epsilon, maximum, epsilon_root=0.0, correct_first=True, epsilon_before=False
):
    """Reddi, Kale & Kumar 2018, Algorithm 2, whose maximum is taken over one of three things.

    `maximum` is "raw" (the paper: the largest r is not corrected), "corrected" (optax: the largest r/(1 − β₂ᵗ)), or
    "raw, then corrected" (the largest r, divided by 1 − β₂ᵗ of now: torch, and with ε before the correction keras).
    """
    m, r, largest = np.zeros_like(gradients[0]), np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = beta1 * m + (1.0 - beta1) * g
        r = beta2 * r + (1.0 - beta2) * g * g
        correction1 = 1.0 - beta1**t if correct_first else 1.0
        correction2 = 1.0 - beta2**t
        if maximum == "corrected":
            largest = np.maximum(largest, r / correction2)
            scale = np.sqrt(largest + epsilon_root) + epsilon
        elif maximum == "raw, then corrected":
            largest = np.maximum(largest, r)
            scale = _adam_scale(largest, correction2, epsilon=epsilon, epsilon_root=epsilon_root, before=epsilon_before)
        elif maximum == "raw":
            largest = np.maximum(largest, r)
            scale = np.sqrt(largest + epsilon_root) + epsilon
        else:
            raise AssertionError(maximum)
        moves.append(-eta * (m / correction1) / scale)
    return np.stack(moves)


def adamax(gradients, *, rates, beta1, beta2, epsilon, epsilon_placement):
    """Kingma & Ba 2015, Algorithm 2 (§7.1), which has no ε.

    torch and optax add ε to |g| within the maximum ("inside the maximum"), keras to the maximum ("outside").
    """
    m, u = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = beta1 * m + (1.0 - beta1) * g
        if epsilon_placement == "inside the maximum":
            u = np.maximum(beta2 * u, np.abs(g) + epsilon)
            scale = u
        elif epsilon_placement == "outside":
            u = np.maximum(beta2 * u, np.abs(g))
            scale = u + epsilon
        else:
            raise AssertionError(epsilon_placement)
        moves.append(-eta / (1.0 - beta1**t) * m / scale)
    return np.stack(moves)


def nadam(gradients, *, rates, beta1, beta2, epsilon, psi):
    """Dozat 2016, Algorithm 2, with μₜ = β₁(1 − ½·0.96^(tψ)) as torch and keras have it; ψ=None keeps μₜ = β₁ (optax).

    m̂ = μₜ₊₁ m / (1 − μ₁⋯μₜ₊₁) + (1 − μₜ) g / (1 − μ₁⋯μₜ).
    """

    def mu(t):
        return beta1 if psi is None else beta1 * (1.0 - 0.5 * 0.96 ** (t * psi))

    m, r, product = np.zeros_like(gradients[0]), np.zeros_like(gradients[0]), 1.0
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        product = product * mu(t)
        m = beta1 * m + (1.0 - beta1) * g
        r = beta2 * r + (1.0 - beta2) * g * g
        ahead = mu(t + 1) * m / (1.0 - product * mu(t + 1)) + (1.0 - mu(t)) * g / (1.0 - product)
        moves.append(-eta * ahead / (np.sqrt(r / (1.0 - beta2**t)) + epsilon))
    return np.stack(moves)


def radam(gradients, *, rates, beta1, beta2, epsilon, threshold, epsilon_before_correction):
    """Liu et al. 2020, Algorithm 2: no adaptive rate until the variance of it is tractable, ρₜ > threshold.

    The paper's threshold is 4 and it has no ε; torch and optax take 5, torch with ε before the correction.
    """
    m, r = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    longest = 2.0 / (1.0 - beta2) - 1.0
    moves = []
    for t, (g, eta) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = beta1 * m + (1.0 - beta1) * g
        r = beta2 * r + (1.0 - beta2) * g * g
        m_hat = m / (1.0 - beta1**t)
        length = longest - 2.0 * t * beta2**t / (1.0 - beta2**t)
        if length > threshold:
            rectifier = np.sqrt(
                (length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length)
            )
            scale = _adam_scale(r, 1.0 - beta2**t, epsilon=epsilon, epsilon_root=0.0, before=epsilon_before_correction)
            moves.append(-eta * rectifier * m_hat / scale)
        else:
            moves.append(-eta * m_hat)
    return np.stack(moves)


def lion(gradients, *, rates, beta1, beta2):
    """Chen et al. 2023, Algorithm 2: the sign of an interpolation; the memory decays with another β."""
    m = np.zeros_like(gradients[0])
    moves = []
    for g, eta in zip(gradients, rates, strict=True):
        moves.append(-eta * np.sign(beta1 * m + (1.0 - beta1) * g))
        m = beta2 * m + (1.0 - beta2) * g
    return np.stack(moves)


def lamb(gradients, points, *, rates, beta1, beta2, epsilon, weight_decay, leaves):
    """You et al. 2020, Algorithm 2 with φ(z) = z: Adam's move plus decay, made as long as the leaf it moves.

    `leaves` lists the slices that are scaled together. A leaf or a move of length zero is not scaled.
    """
    m, r = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    moves = []
    for t, (g, x, eta) in enumerate(zip(gradients, points, rates, strict=True), start=1):
        m = beta1 * m + (1.0 - beta1) * g
        r = beta2 * r + (1.0 - beta2) * g * g
        direction = (m / (1.0 - beta1**t)) / (np.sqrt(r / (1.0 - beta2**t)) + epsilon) + weight_decay * x
        move = np.empty_like(x)
        for leaf in leaves:
            size, length = np.linalg.norm(x[leaf]), np.linalg.norm(direction[leaf])
            trust = size / length if size > 0 and length > 0 else 1.0
            move[leaf] = -eta * trust * direction[leaf]
        moves.append(move)
    return np.stack(moves)


def with_l2(gradients, points, *, weight_decay):
    """Weight decay as a penalty ½λ‖x‖²: what the rule sees is g + λx."""
    return gradients + weight_decay * points


def with_decay(moves, points, *, weight_decay, rates=None):
    """Decoupled weight decay, Loshchilov & Hutter 2019: the move of the rule, less λx, or ηλx if rates are given."""
    scale = np.ones(len(moves)) if rates is None else np.asarray(rates)
    return moves - scale[:, None] * weight_decay * points
