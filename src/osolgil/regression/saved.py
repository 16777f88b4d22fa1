"""Fitted models as JSON that a person can read. Nothing in a file is ever executed."""

import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from osolgil.protocol.findings import Finding
from osolgil.regression.arrays import ArrayDesign
from osolgil.regression.categorical.classes import names_of
from osolgil.regression.categorical.model import CategoricalModel
from osolgil.regression.estimated import Estimated
from osolgil.regression.families import FAMILIES, Categorical, Family
from osolgil.regression.families.named import with_settings
from osolgil.regression.goodness import Goodness
from osolgil.regression.inference import Inference, Standing
from osolgil.regression.inference.covariances import COVARIANCES, Uncertainty
from osolgil.regression.model import FittedModel
from osolgil.regression.offsets import Offsets
from osolgil.regression.penalties import ColumnPenalty, ElasticNet, Lasso, Ridge
from osolgil.regression.penalties.certificate import Certificate
from osolgil.rows.columns import Level
from osolgil.rows.factors import UnsafeFormula
from osolgil.rows.formulas import Design
from osolgil.rows.trouble import listed

FORMAT = "osolgil.model"
VERSION = 3
READ = (2, 3)
"""Versions that can be read; what 2 did not have, it did not need."""


def save(model: Estimated, path: str | os.PathLike[str]) -> None:
    """Write the model, at once or not at all.

    Raises:
        ValueError: the path is a folder, or in none.
    """
    target = Path(path)
    if target.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; name a file, such as 'model.json'.")
    if not target.parent.is_dir():
        raise ValueError(f"The folder {str(target.parent)!r} does not exist; create it first.")
    text = json.dumps(as_json(model), ensure_ascii=False, indent=2, allow_nan=False)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> FittedModel | CategoricalModel:
    """The model that `save` wrote. It predicts to the same bits; it has no rows and no trace.

    Raises:
        FileNotFoundError: there is no such file.
        UnsafeFormula: the formula in the file is not in the language.
        ValueError: the file is damaged, or something else.
    """
    try:
        saved = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
        if saved["version"] in READ:
            return from_json(saved)
    except UnsafeFormula:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{str(path)!r} is damaged, or no model of osolgil: {what_is_wrong(error)}; it was left untouched."
        ) from None
    raise ValueError(
        f"{str(path)!r} is a model of format {saved['version']!r}; this osolgil reads {' and '.join(map(str, READ))}. "
        "Use the version that wrote it."
    )


def what_is_wrong(error: Exception) -> str:
    """What an error in reading a file says about the file."""
    match error:
        case json.JSONDecodeError() | UnicodeDecodeError() | RecursionError():
            return "it is not JSON"
        case KeyError():
            return f"it has no {error.args[0]!r}"
        case TypeError() | AttributeError():
            return "a part of it is of another kind than it must be"
    return str(error).removesuffix(".")


def as_json(model: Estimated) -> dict[str, Any]:
    """What a file holds."""
    standing = model.standing
    offsets = model.offsets if isinstance(model, FittedModel) else Offsets()
    inference = standing.inference
    errors = [None] * len(model.names) if inference is None else inference.standard_errors.tolist()
    return {
        "format": FORMAT,
        "version": VERSION,
        "formula": model.formula,
        "family": model.family.name,
        "family_settings": {name: plain(value) for name, value in model.family.settings.items()},
        "offset": offsets.offset,
        "exposure": offsets.exposure,
        "penalty": None if model.penalty is None else penalty_as_json(model.penalty),
        "certificate": certificate_as_json(model.certificate),
        "method": model.method_name,
        "why": model.why,
        "standardized": model.standardized,
        "message": model.message,
        "coefficients": {
            name: {"estimate": estimate, "standard_error": error}
            for name, estimate, error in zip(model.names, model.vector.tolist(), errors, strict=True)
        },
        "inference": None
        if inference is None
        else {
            "covariance": inference.kind,
            "sigma": inference.sigma,
            "degrees_of_freedom": inference.freedom,
            "covariance_is_LLt_with_L": inference.root.tolist(),
        },
        "no_inference_because": standing.refusal,
        "standard_errors_from_optimum": None
        if standing.distance is None
        else [plain(value) for value in standing.distance.tolist()],
        "goodness": {name: plain(value) for name, value in asdict(model.goodness).items()},
        "troubles": [asdict(trouble) for trouble in model.troubles],
        "design": json.loads(model.design.to_json()),
    }


def from_json(saved: dict[str, Any]) -> FittedModel | CategoricalModel:
    """The model that a file holds, or an error about the first thing in it that cannot be."""
    text = json.dumps(saved["design"], ensure_ascii=False)
    arrays = saved["formula"] is None
    design: Design | ArrayDesign = ArrayDesign.from_json(text) if arrays else Design.from_json(text)
    if saved["formula"] != design.formula:
        raise ValueError(f"its formula {saved['formula']!r} is not that of its design, {design.formula!r}")
    coefficients, several = saved["coefficients"], saved["family"] == Categorical.name
    if len(design.response_levels) < 2 if several else len(design.response_levels) not in (0, 2):
        raise ValueError(f"its family {saved['family']!r} is not one of its classes {listed(design.response_levels)}")
    names = names_of(design.response_levels, design.columns) if several else design.columns
    if tuple(coefficients) != names:
        raise ValueError(f"its coefficients {', '.join(coefficients)} are not the columns of its design")
    n = len(names)
    inference, found, distance = None, saved["inference"], saved["standard_errors_from_optimum"]
    if found is not None:
        inference = Inference(
            array(found["covariance_is_LLt_with_L"], (n, n)),
            optional(found["sigma"]),
            optional(found["degrees_of_freedom"]),
            as_uncertainty_kind(found.get("covariance", "observed")),
        )
    refusal = saved["no_inference_because"]
    if (inference is None) == (refusal is None):
        raise ValueError("it must hold either inference or the reason for having none")
    texts = (saved["method"], saved["why"], saved["message"], *([] if refusal is None else [refusal]))
    if not all(isinstance(part, str) for part in texts) or not isinstance(saved["standardized"], bool):
        raise ValueError("its words are not text")
    parts: dict[str, Any] = {
        "design": design,
        "method": saved["method"],
        "why": saved["why"],
        "vector": array([entry["estimate"] for entry in coefficients.values()], (n,)),
        "standing": Standing(
            None if distance is None else array(distance, (n,), finite=False),
            inference,
            refusal,
        ),
        "goodness": goodness(saved["goodness"], max(2, len(design.response_levels))),
        "troubles": tuple(trouble(entry) for entry in saved["troubles"]),
        "standardized": saved["standardized"],
        "message": saved["message"],
        "penalty": penalty(saved.get("penalty"), len(design.columns)),
        "uncertainty": Uncertainty("observed" if inference is None else inference.kind),
    }
    settings = saved.get("family_settings", {})
    if several:
        return CategoricalModel(family=categorical(settings, design.response_levels), **parts)
    offsets = Offsets(*(origin(saved.get(name)) for name in ("offset", "exposure")))
    sure = certificate(saved.get("certificate"), n)
    return FittedModel(family=family(saved["family"], settings), offsets=offsets, certificate=sure, **parts)


def penalty_as_json(penalty: ColumnPenalty) -> dict[str, Any]:
    """What a file holds of a penalty of columns."""
    numbers = {
        name: np.asarray(getattr(penalty, name)).tolist() for name in ("strength", "mix") if hasattr(penalty, name)
    }
    return {"kind": type(penalty).__name__} | numbers


def penalty(saved: Any, n: int) -> ColumnPenalty | None:
    """The penalty of n columns that a file holds, if it holds one."""
    if saved is None:
        return None
    kinds: dict[str, Any] = {"Ridge": Ridge, "Lasso": Lasso, "ElasticNet": ElasticNet}
    if saved["kind"] not in kinds:
        raise ValueError(f"its penalty {saved['kind']!r} is none of {', '.join(kinds)}")
    numbers = {name: array(value, (n,)) for name, value in saved.items() if name != "kind"}
    found: ColumnPenalty = kinds[saved["kind"]](**numbers)
    found.checked()
    return found


def certificate_as_json(known: Certificate | None) -> dict[str, Any] | None:
    """What a file holds of a certificate."""
    if known is None:
        return None
    numbers = {"residual": known.residual.tolist(), "relative": known.relative.tolist()}
    return numbers | {"objective": plain(known.objective), "gap": None if known.gap is None else plain(known.gap)}


def certificate(saved: Any, n: int) -> Certificate | None:
    """The certificate that a file holds, if it holds one."""
    if saved is None:
        return None
    residual, relative = (array(saved[name], (n,)) for name in ("residual", "relative"))
    return Certificate(residual, relative, float(saved["objective"]), optional(saved["gap"]))


def categorical(settings: Any, levels: tuple[Level, ...]) -> Categorical:
    """The categorical family of a file: its reference is the first of the labels, whether it says so or not."""
    if settings not in ({}, {"reference": levels[0]}):
        raise ValueError(f"its settings {settings!r} are not those of the classes {listed(levels)}")
    return Categorical(**settings)


def family(name: Any, settings: Any) -> Family:
    """The family that a file names: one of those there are, with settings that it has."""
    if not isinstance(name, str) or name not in FAMILIES or not isinstance(settings, dict):
        raise ValueError(f"its family {name!r} with {settings!r} is none of {', '.join(FAMILIES)}")
    return with_settings(FAMILIES[name], settings)


def origin(given: Any) -> str | bool | None:
    """Where an offset came from."""
    if given is None or given is True or isinstance(given, str):
        return given
    raise ValueError(f"its offset {given!r} is neither a column's name nor true")


def as_uncertainty_kind(kind: Any) -> str:
    """The kind of covariance that a file names."""
    if kind not in COVARIANCES:
        raise ValueError(f"its covariance {kind!r} is none of {', '.join(COVARIANCES)}")
    return str(kind)


def plain(value: Any) -> Any:
    """A number as JSON can hold it: what is not finite as text."""
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


def optional(value: Any) -> float | None:
    """A number from a file, or None."""
    return None if value is None else float(value)


def array(values: Any, shape: tuple[int, ...], finite: bool = True) -> np.ndarray:
    """Numbers from a file, of a known shape."""
    found = np.array(values, dtype=np.float64)
    if found.shape != shape or (finite and not np.isfinite(found).all()):
        raise ValueError(f"an array of shape {found.shape} is not one of {shape} finite numbers")
    return found


def goodness(saved: dict[str, Any], classes: int) -> Goodness:
    """The goodness that a file holds."""
    saved = {"dispersion": None} | saved
    found = {field.name: saved[field.name] for field in fields(Goodness)}
    matrix = found.pop("confusion")
    rows, coefficients = int(found.pop("rows")), int(found.pop("coefficients"))
    table = None if matrix is None else tuple(map(tuple, array(matrix, (classes, classes)).tolist()))
    return Goodness(
        rows=rows,
        coefficients=coefficients,
        **{name: optional(value) for name, value in found.items()},
        confusion=table,
    )


def trouble(saved: dict[str, Any]) -> Finding:
    """A trouble that a file holds."""
    return Finding(
        str(saved["cause"]),
        float(saved["number"]),
        str(saved["evidence"]),
        str(saved["remedy"]),
        columns=tuple(map(str, saved["columns"])),
        rows=tuple(map(int, saved["rows"])),
    )
