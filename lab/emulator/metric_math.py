"""Alarms on metric math: sums, differences, products and quotients of metrics for each period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
CloudWatch's functions (IF, FILL, SEARCH ...) are not supported: an alarm that uses one is an error.
"""

import ast
import operator
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

Values = list[float | None]

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def datapoints(queries: list[Any], of_metric: Callable[[Any], Values], periods: int) -> Values:
    """The values of the one query that returns data, newest first; None for a period in which one of its metrics has none."""
    metrics = {query.id: of_metric(_as_alarm(query, periods)) for query in queries if query.metric_stat}
    wanted = [query for query in queries if str(query.return_data).lower() != "false"]
    if len(wanted) != 1:
        raise ValueError(f"an alarm on metric math returns data of exactly one query, not of {len(wanted)}")
    if wanted[0].metric_stat:
        return metrics[wanted[0].id]
    tree = ast.parse(wanted[0].expression, mode="eval").body
    return [_value(tree, {name: values[at] for name, values in metrics.items()}) for at in range(periods)]


def _as_alarm(query: Any, periods: int) -> Any:
    stat = query.metric_stat
    return SimpleNamespace(
        period=stat.period,
        evaluation_periods=periods,
        metric_name=stat.metric.metric_name,
        namespace=stat.metric.namespace,
        dimensions=stat.metric.dimensions,
        statistic=stat.stat,
        extended_statistic=None,
    )


def _value(tree: ast.expr, known: dict[str, float | None]) -> float | None:
    match tree:
        case ast.Name(id=name):
            return known[name]
        case ast.Constant(value=number):
            return float(number)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            values = _value(left, known), _value(right, known)
            return None if None in values else OPERATORS[type(sign)](*values)
    raise ValueError(f"the emulator does not know the metric math '{ast.unparse(tree)}'")
