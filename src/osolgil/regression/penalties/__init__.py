"""Ridge, lasso and elastic net, their strengths in other programs' units, and a certificate of the minimum."""

from osolgil.regression.penalties.kinds import (
    PENALIZED,
    ColumnPenalty,
    ElasticNet,
    Lasso,
    Ridge,
    for_columns,
    shown,
)

__all__ = ["PENALIZED", "ColumnPenalty", "ElasticNet", "Lasso", "Ridge", "for_columns", "shown"]
