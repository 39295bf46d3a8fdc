#!/usr/bin/env python3
"""Writes vectors/E_published_rules.json: trajectories of optimizer rules by the programs of others, in float64.

    published_rules.py

Written with torch 2.15.0 (torch.optim), optax 0.2.8 on jax 0.10.2, schedulefree 1.4.1 and NumPy 2.4.6, on a CPU. The quadratic
and the logistic regression are those of E_baselines.json; "matrices" is a quadratic whose coordinates are a wide matrix, a tall
one, and two that belong to none. Constants are chosen so that none can be mistaken: epsilon large enough to show where it stands.
"""
import json
import pathlib

import jax
import numpy as np
import optax
import schedulefree
import torch

VECTORS = pathlib.Path(__file__).resolve().parent / "vectors"
STEPS = 40
MUON_STEPS = 10  # its closed loop multiplies a rounding tenfold in two or three steps

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)


def array(values):
    values = np.asarray(values, dtype=np.float64)
    return {"shape": list(values.shape), "dtype": "float64", "data": values.ravel().tolist()}


def read(entry):
    return np.array(entry["data"]).reshape(entry["shape"])


def quadratic(w, y):
    """f = ||W theta - y||^2"""
    return lambda theta: (float(np.sum((w @ theta - y) ** 2)), 2 * w.T @ (w @ theta - y))


def logistic(x, s):
    """f = mean ln(1 + exp(-s (x w + b)))"""

    def value_and_gradient(theta):
        margin = -s * (x @ theta[:-1] + theta[-1])
        slope = -s / (1 + np.exp(-margin)) / len(s)
        loss = np.mean(np.maximum(margin, 0) + np.log1p(np.exp(-np.abs(margin))))
        return float(loss), np.append(slope @ x, slope.sum())

    return value_and_gradient


def recorded(f, thetas, points=None):
    result = {"thetas": array(thetas), "losses": array([f(theta)[0] for theta in thetas])}
    if points is not None:
        result["lookahead"] = array(points)
        result["losses_at_lookahead"] = array([f(point)[0] for point in points])
    return result


def by_torch(f, theta0, make):
    parameter = torch.nn.Parameter(torch.tensor(theta0))
    optimizer = make([parameter])
    thetas = [theta0]
    for _ in range(STEPS):
        parameter.grad = torch.tensor(f(parameter.detach().numpy())[1])
        optimizer.step()
        thetas.append(parameter.detach().numpy().copy())
    return recorded(f, thetas)


def by_schedulefree(f, theta0, make):
    """thetas: x, what the package has after eval(); lookahead: y, after train()."""
    parameter = torch.nn.Parameter(torch.tensor(theta0))
    optimizer = make([parameter])
    thetas, points = [], []
    for t in range(STEPS + 1):
        optimizer.eval()
        thetas.append(parameter.detach().numpy().copy())
        optimizer.train()
        points.append(parameter.detach().numpy().copy())
        if t < STEPS:
            parameter.grad = torch.tensor(f(points[-1])[1])
            optimizer.step()
    return recorded(f, thetas, points)


def by_optax(f, theta0, transformation):
    theta, thetas = jax.numpy.asarray(theta0), [theta0]
    state = transformation.init(theta)
    for _ in range(STEPS):
        updates, state = transformation.update(jax.numpy.asarray(f(np.asarray(theta))[1]), state, theta)
        theta = optax.apply_updates(theta, updates)
        thetas.append(np.asarray(theta))
    return recorded(f, thetas)


def by_torch_muon(f, theta0, matrices, muon, adamw):
    """torch.optim.Muon on the matrices and torch.optim.AdamW on the rest. Muon rounds to bfloat16 before it makes orthogonal: here
    it stays in float64, as everything else of its program."""

    class Float64(torch.Tensor):
        def to(self, *args, **kwargs):
            if kwargs.get("dtype") is torch.bfloat16:
                kwargs["dtype"] = torch.float64
            return super().to(*args, **kwargs)

    theta = theta0.copy()
    taken = np.zeros(len(theta), dtype=bool)
    views = []
    for begin, rows, columns in matrices:
        taken[begin : begin + rows * columns] = True
        views.append(theta[begin : begin + rows * columns].reshape(rows, columns))
    parameters = [torch.nn.Parameter(torch.tensor(view)) for view in views]
    others = torch.nn.Parameter(torch.tensor(theta[~taken]))
    optimizers = [torch.optim.Muon(parameters, **muon), torch.optim.AdamW([others], **adamw)]
    thetas = [theta0]
    for _ in range(MUON_STEPS):
        gradient = f(theta)[1]
        for parameter, (begin, rows, columns) in zip(parameters, matrices):
            block = gradient[begin : begin + rows * columns].reshape(rows, columns)
            parameter.grad = torch.tensor(block).as_subclass(Float64)
        others.grad = torch.tensor(gradient[~taken])
        for optimizer in optimizers:
            optimizer.step()
        for parameter, view in zip(parameters, views):
            view[:] = parameter.detach().numpy()
        theta[~taken] = others.detach().numpy()
        thetas.append(theta.copy())
    return recorded(f, thetas)


def coordinatewise(f, theta0, rate, epsilon):
    """Every rule but Muon. `rate`: of the rules whose steps grow with the gradient, epsilon: of all that have one."""
    adam = {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": epsilon}
    kingma = {"lr": 0.1, "betas": (0.8, 0.95), "eps": epsilon}
    runs = {
        "heavy-ball": ({"learning_rate": rate, "momentum": 0.8},
                       by_torch(f, theta0, lambda p: torch.optim.SGD(p, lr=rate, momentum=0.8))),
        "adamw": ({**adam, "weight_decay": 0.3},
                  by_torch(f, theta0, lambda p: torch.optim.AdamW(p, **kingma, weight_decay=0.3))),
        "amsgrad": (adam, by_torch(f, theta0, lambda p: torch.optim.Adam(p, **kingma, amsgrad=True))),
        "nadam": ({**adam, "momentum_decay": 0.5},
                  by_torch(f, theta0, lambda p: torch.optim.NAdam(p, **kingma, momentum_decay=0.5))),
        "radam": (adam, by_torch(f, theta0, lambda p: torch.optim.RAdam(p, **kingma))),
        "adabelief": (adam, by_optax(f, theta0, optax.adabelief(0.1, b1=0.8, b2=0.95, eps=epsilon, eps_root=epsilon))),
        "lion": ({"learning_rate": 0.05, "weight_decay": 0.3},  # where signs decide, a beta's last digits do not show
                 by_optax(f, theta0, optax.lion(0.05, b1=0.9, b2=0.99, weight_decay=0.3))),
        "schedule-free-sgd": ({"learning_rate": rate, "momentum": 0.8, "weight_decay": 0.3},
                              by_schedulefree(f, theta0, lambda p: schedulefree.SGDScheduleFree(
                                  p, lr=rate, momentum=0.8, weight_decay=0.3))),
        "schedule-free-adam": ({**adam, "weight_decay": 0.3},
                               by_schedulefree(f, theta0, lambda p: schedulefree.AdamWScheduleFree(
                                   p, **kingma, weight_decay=0.3))),
    }
    return {name: {**settings, **run} for name, (settings, run) in runs.items()}


def matrix_problem():
    random = np.random.default_rng(17)
    matrices = [(1, 3, 4), (13, 3, 2)]
    n = 20
    w, y, theta0 = random.normal(size=(n, n)), random.normal(size=n), 0.1 * random.normal(size=n)
    f = quadratic(w, y)
    adamw = {"betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.3}
    muon = {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.3, "eps": 1e-7}
    settings = {"learning_rate": 0.05, "momentum": 0.8, "weight_decay": 0.3, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.01}
    original = by_torch_muon(f, theta0, matrices, muon, {"lr": 0.02, **adamw})
    matched = by_torch_muon(f, theta0, matrices, {**muon, "adjust_lr_fn": "match_rms_adamw"}, {"lr": 0.05, **adamw})
    return {"W": array(w), "y": array(y), "theta0": array(theta0), "matrices": array(matrices),
            "muon": {**settings, "adamw_share": 0.4, **original},
            "muon_match_rms": {**settings, **matched}}


def main():
    baselines = json.loads((VECTORS / "E_baselines.json").read_text())
    result = {"sources": {
        "torch.optim 2.15.0": "heavy-ball (SGD), adamw, amsgrad (Adam), nadam, radam, muon",
        "optax 0.2.8": "adabelief, lion", "schedulefree 1.4.1": "schedule-free-sgd, schedule-free-adam"}}
    for name, make, keys, rate, epsilon in (("quad", quadratic, "Wy", 0.005, 1), ("logistic", logistic, "Xs", 0.3, 0.01)):
        problem = {key: baselines[name][key] for key in (*keys, "theta0")}
        f = make(*(read(problem[key]) for key in keys))
        result[name] = {**problem, **coordinatewise(f, read(problem["theta0"]), rate, epsilon)}
    result["matrices"] = matrix_problem()
    (VECTORS / "E_published_rules.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
