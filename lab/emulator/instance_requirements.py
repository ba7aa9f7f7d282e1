"""Instance types by their attributes: which requirements Auto Scaling refuses, and which types in moto's list meet them.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html
The attributes in moto's list are checked, with AWS's defaults: no bare metal, no burstable types. Others match every type.
"Instances will be launched with a compatible CPU architecture based on the Amazon Machine Image (AMI)".
"""

import fnmatch
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.ec2.models.instance_types import INSTANCE_TYPES

import architectures

MOST_SETS = 4
MAKERS = {"intel": "Intel", "amd": "AMD", "amazon-web-services": "AWS", "apple": "Apple"}


def check(overrides: list[dict[str, Any]], distribution: dict[str, Any]) -> None:
    sets = [one["InstanceRequirements"] for one in overrides if one.get("InstanceRequirements")]
    for refused, why in (
        (
            any(one.get("InstanceType") and one.get("InstanceRequirements") for one in overrides),
            "If you specify InstanceRequirements, you can't specify InstanceType.",
        ),
        (len(sets) > MOST_SETS, f"You can specify up to {MOST_SETS} separate sets of instance requirements."),
        (
            bool(sets) and distribution.get("OnDemandAllocationStrategy") == "prioritized",
            "The prioritized allocation strategy cannot be used for groups that specify InstanceRequirements.",
        ),
        (
            any(one.get("InstanceRequirements") and one.get("WeightedCapacity") for one in overrides),
            "WeightedCapacity is for a list of instance types.",
        ),
        *(rule for one in sets for rule in _set_rules(one)),
    ):
        if refused:
            raise ValidationError(why)


def _set_rules(one: dict[str, Any]) -> list[tuple[bool, str]]:
    needed = [_bounds(one, name)[0] for name in ("VCpuCount", "MemoryMiB")]
    return [
        (None in needed, "You must specify VCpuCount and MemoryMiB, each with Min."),
        (
            any(upper < (lower or 0) for lower, upper in (_bounds(one, name) for name in ("VCpuCount", "MemoryMiB"))),
            "Max must not be below Min.",
        ),
        (
            bool(one.get("AllowedInstanceTypes")) and bool(one.get("ExcludedInstanceTypes")),
            "If you specify AllowedInstanceTypes, you can't specify ExcludedInstanceTypes.",
        ),
        (
            one.get("SpotMaxPricePercentageOverLowestPrice") is not None
            and one.get("MaxSpotPriceAsPercentageOfOptimalOnDemandPrice") is not None,
            "Only one of SpotMaxPricePercentageOverLowestPrice or "
            "MaxSpotPriceAsPercentageOfOptimalOnDemandPrice can be specified.",
        ),
    ]


def _bounds(one: dict[str, Any], name: str) -> tuple[float | None, float]:
    given = one.get(name) or {}
    lower, upper = given.get("Min"), given.get("Max")
    return (None if lower is None else float(lower)), (float("inf") if upper is None else float(upper))


def matching_types(requirements: dict[str, Any], architecture: str | None) -> list[str]:
    """Types that meet the requirements and boot such an image, smallest first, because the emulator has no prices."""
    found = [name for name in INSTANCE_TYPES if matches(requirements, name, architecture)]
    return sorted(found, key=lambda name: (_vcpus(INSTANCE_TYPES[name]), _memory(INSTANCE_TYPES[name]), name))


def matches(requirements: dict[str, Any], name: str, architecture: str | None) -> bool:
    kind = INSTANCE_TYPES.get(name) or {}
    allowed, excluded = (requirements.get(f"{word}InstanceTypes") or [] for word in ("Allowed", "Excluded"))
    makers = [MAKERS.get(one) for one in requirements.get("CpuManufacturers") or []]
    generations = requirements.get("InstanceGenerations") or []
    return bool(kind) and all(
        (
            architecture is None or architecture in architectures.architectures_of(name),
            _within(requirements, "VCpuCount", _vcpus(kind)),
            _within(requirements, "MemoryMiB", _memory(kind)),
            not allowed or _is_named(name, allowed),
            not _is_named(name, excluded),
            not makers or (kind.get("ProcessorInfo") or {}).get("Manufacturer") in makers,
            not generations or ("current" if kind.get("CurrentGeneration") else "previous") in generations,
            _taken(requirements, "BareMetal", kind.get("BareMetal")),
            _taken(requirements, "BurstablePerformance", kind.get("BurstablePerformanceSupported")),
            requirements.get("RequireHibernateSupport") not in (True, "true") or bool(kind.get("HibernationSupported")),
        )
    )


def _within(requirements: dict[str, Any], name: str, value: float) -> bool:
    lower, upper = _bounds(requirements, name)
    return (lower or 0) <= value <= upper


def _is_named(name: str, patterns: list[str]) -> bool:
    """`c5*` matches the family c5 and all families that start with it, `m5a.*` only the family m5a."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _taken(requirements: dict[str, Any], name: str, has: Any) -> bool:
    wanted = requirements.get(name) or "excluded"
    return wanted == "included" or bool(has) == (wanted == "required")


def _vcpus(kind: dict[str, Any]) -> float:
    return float((kind.get("VCpuInfo") or {}).get("DefaultVCpus") or 0)


def _memory(kind: dict[str, Any]) -> float:
    return float((kind.get("MemoryInfo") or {}).get("SizeInMiB") or 0)
