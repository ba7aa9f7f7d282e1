"""What the replaced Auto Scaling calls share: moto's own methods, and finding what a request names."""

from typing import Any

from groups import find_group

ACTIVITY_RUNNING = "ScalingActivityInProgress"

# moto's methods by name, for the replacements that build on them
moto: dict[str, Any] = {}


def group_of(response: Any) -> Any:
    return find_group(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
