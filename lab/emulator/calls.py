"""Common parts of the replacement Auto Scaling calls: moto's original methods, and lookup of the group that a request names."""

from typing import Any

from groups import find_group

ACTIVITY_RUNNING = "ScalingActivityInProgress"

# moto's original methods by name, for replacements that call them
moto: dict[str, Any] = {}


def group_of(response: Any) -> Any:
    return find_group(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
