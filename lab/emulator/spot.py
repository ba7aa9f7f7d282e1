"""Properties of a fleet's Spot Instances that moto leaves out: the id of their Spot request, and their template's instance profile.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html: spotInstanceRequestId. Packer 1.6.6 uses it to tag the
request. Not modelled: the template's volumes and security groups, and missing Spot capacity.
"""

from typing import Any

from moto.ec2.models.instances import Instance
from moto.ec2.models.spot_requests import SpotInstanceRequest

from instances import associate


def take_over() -> None:
    plain_launch = SpotInstanceRequest.launch_instance

    def launch_instance(request: Any) -> Any:
        instance = plain_launch(request)
        instance.lifecycle, instance.spot_instance_request_id = "spot", request.id
        # A fleet passes the template's whole profile object, where moto expects an ARN
        given = request.launch_spec._iam_instance_profile_arn if request.launch_spec else None
        profile = given if isinstance(given, str) else (given or {}).get("Arn") or (given or {}).get("Name")
        associate(request.ec2_backend, instance, profile)
        return instance

    Instance.spot_instance_request_id = None
    SpotInstanceRequest.launch_instance = launch_instance
