"""What a group launches next: instance type, Spot or On-Demand, and the weight of an instance.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
The emulator has neither prices nor capacity limits. Strategies that depend on them distribute instances over the overrides.
"""

import math
from dataclasses import dataclass
from typing import Any

from groups import member_memory, override_source, serving
from instance_requirements import matching_types
from launch_failures import LaunchFailed
from mixed_policies import image_architecture, overrides_for, overrides_of, own_template

IN_ORDER = "prioritized"  # suffix of strategies that use the overrides in order of preference
DEFAULT_SPOT_POOLS = 2


@dataclass(frozen=True)
class Purchase:
    instance_type: str
    spot: bool = False
    weight: int = 1
    template: tuple[Any, str] | None = None  # (launch template, version) of an override that has its own


def next_purchase(group: Any) -> Purchase:
    policy = group.mixed_instances_policy
    if not policy:
        return Purchase(group.instance_type)
    distribution = policy.get("InstancesDistribution") or {}
    spot = market_capacity(group, spot=False) >= on_demand_share(distribution, group.desired_capacity or 0)
    overrides = overrides_of(policy)
    if not overrides:
        return Purchase(group.instance_type, spot)
    return _bought(group, _chosen(group, overrides, distribution, spot), spot)


def on_demand_share(distribution: dict[str, Any], wanted: int) -> int:
    """Units of On-Demand capacity in `wanted`, rounded up."""
    base = int(distribution.get("OnDemandBaseCapacity") or 0)
    percent = distribution.get("OnDemandPercentageAboveBaseCapacity")
    above = max(0, wanted - base)
    return min(wanted, base) + math.ceil(above * int(100 if percent is None else percent) / 100)


def market_capacity(group: Any, spot: bool) -> int:
    return sum(weight_of(state) for state in serving(group) if is_spot(state) == spot)


def capacity_of(group: Any) -> int:
    return sum(weight_of(state) for state in serving(group))


def weight_of(state: Any) -> int:
    return member_memory(state).weight


def is_spot(state: Any) -> bool:
    return state.instance.lifecycle == "spot"


def buys_spot(group: Any) -> bool:
    """Whether any of the group's instances may be a Spot Instance."""
    policy = group.mixed_instances_policy
    distribution = (policy or {}).get("InstancesDistribution") or {}
    percent = distribution.get("OnDemandPercentageAboveBaseCapacity")
    if policy and percent is not None and int(percent) < 100:
        return True
    template = group.ec2_launch_template
    data = template.get_version(group.launch_template_version).data if template else {}
    return (data.get("InstanceMarketOptions") or {}).get("MarketType") == "spot"


def weighted(group: Any) -> bool:
    return any(override.get("WeightedCapacity") for override in overrides_of(group.mixed_instances_policy))


def _chosen(group: Any, overrides: list[dict[str, Any]], distribution: dict[str, Any], spot: bool) -> dict[str, Any]:
    kind = "Spot" if spot else "OnDemand"
    strategy = distribution.get(f"{kind}AllocationStrategy") or ("lowest-price" if spot else IN_ORDER)
    if not spot or strategy.endswith(IN_ORDER):
        return overrides[0]
    pools = int(distribution.get("SpotInstancePools") or DEFAULT_SPOT_POOLS)
    eligible = overrides[:pools] if strategy == "lowest-price" else overrides
    used = [_launched_by(group, state, overrides) for state in serving(group) if is_spot(state)]
    return min(eligible, key=lambda override: used.count(overrides.index(override)))


def _launched_by(group: Any, state: Any, overrides: list[dict[str, Any]]) -> int | None:
    """Index of the override that a member was launched from; None if it was from none of these."""
    possible = overrides_for(group.mixed_instances_policy, state.instance_type)
    source = member_memory(state).launch_source[0]
    return next((overrides.index(one) for one in possible if override_source(group, one)[0] == source), None)


def _bought(group: Any, override: dict[str, Any], spot: bool) -> Purchase:
    template = own_template(group.ec2_backend, override)
    weight = int(override.get("WeightedCapacity") or 1)
    return Purchase(_type(group, override, template), spot, weight, template)


def _type(group: Any, override: dict[str, Any], template: tuple[Any, str] | None) -> str:
    if not override.get("InstanceRequirements"):
        return override.get("InstanceType") or group.instance_type
    launched, version = template or (group.ec2_launch_template, group.launch_template_version)
    architecture = image_architecture(group.ec2_backend, launched, version)
    if found := matching_types(override["InstanceRequirements"], architecture):
        return found[0]
    # AWS's own wording could not be found
    raise LaunchFailed(f"No instance type of {architecture} has the instance requirements. Launching EC2 instance failed.")
