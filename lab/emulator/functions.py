"""Runs Node.js Lambda functions as plain processes. moto would start a container, which needs Docker on the machine."""

import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
import zipfile
from pathlib import Path
from typing import Any

from moto.awslambda import models
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from function_network import check_network
from iam_policies import Ask
from permissions import role_refuses
from sandbox import spawner

HERE = Path(__file__).resolve().parent
RUNTIME = HERE / "function_runtime.mjs"
MODULES = HERE.parents[1] / "node_modules"
PROVIDED = ("@aws-sdk", "@smithy")  # included in Lambda's Node runtimes, so bundles omit them
ROLE_SESSION_SECONDS = 3600


def _code_folder(function: Any, folder: Path) -> Path:
    """Folder with the function's package, unpacked once per version of its code."""
    place = folder / f"{function.function_name}-{function.code_digest[:16].replace('/', '_')}"
    if not place.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as half:
            zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(half)
            shutil.copytree(half, place, dirs_exist_ok=True)
    return place


def _provided_modules(folder: Path) -> Path:
    place = folder / "provided"
    place.mkdir(parents=True, exist_ok=True)
    for name in PROVIDED:
        if not (place / name).exists() and (MODULES / name).is_dir():
            (place / name).symlink_to(MODULES / name)
    return place


def _role_credentials(function: Any) -> dict[str, str]:
    partition = get_partition(function.region)
    known = any(role.arn == function.role for role in iam_backends[function.account_id][partition].roles.values())
    if not known:  # a function can be created with a role that the emulator does not know
        return {"AWS_ACCESS_KEY_ID": "function", "AWS_SECRET_ACCESS_KEY": "function"}
    session = sts_backends[function.account_id][partition].assume_role(
        region_name=function.region,
        role_session_name=function.function_name,
        role_arn=function.role,
        policy="",
        duration=ROLE_SESSION_SECONDS,
        external_id="",
    )
    return {
        "AWS_ACCESS_KEY_ID": session.access_key_id,
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
    }


def _environment(function: Any, request_id: str, port: int, modules: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        **{name: str(value) for name, value in function.environment_vars.items()},
        **_role_credentials(function),
        "_HANDLER": function.handler,
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "LAB_REQUEST_ID": request_id,
        "NODE_PATH": str(modules),
        "LAB_FUNCTION_ARN": function.function_arn,
        "LAB_TIMEOUT_SECONDS": str(function.timeout),
    }


def _run(function: Any, event: Any, folder: Path, port: int) -> tuple[str, bool, str]:
    """Returns the result as JSON, whether the function failed, and its log."""
    request_id = str(uuid.uuid4())
    started = spawner.submit(
        subprocess.Popen,
        ["setpriv", "--pdeathsig", "SIGKILL", "node", "--enable-source-maps", str(RUNTIME)],
        cwd=_code_folder(function, folder),
        env=_environment(function, request_id, port, _provided_modules(folder)),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ).result()
    try:
        # The runtime writes the result to standard output; everything that the function prints goes to standard error
        result, logs = started.communicate(
            json.dumps(event if event is not None else {}), timeout=int(function.timeout)
        )
        failed = started.returncode != 0
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        _, logs = started.communicate()
        result, failed = (
            json.dumps(
                {
                    "errorType": "Sandbox.Timedout",
                    "errorMessage": f"RequestId: {request_id} Error: Task timed out after {function.timeout} seconds",
                }
            ),
            True,
        )
    if failed:
        logs += (result or f"function exited with status {started.returncode}") + "\n"
    logs = f"START RequestId: {request_id} Version: {function.version}\n{logs}END RequestId: {request_id}\n"
    return result or json.dumps({"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited"}), failed, logs


def _may_log(function: Any) -> bool:
    """Lambda writes the log with the permissions of the function's role. Functions without these permissions run nevertheless.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """
    region, name = function.region, function.logs_group_name
    group = f"arn:{get_partition(region)}:logs:{region}:{function.account_id}:log-group:{name}"
    asks = [Ask(f"logs:{call}", f"{group}:log-stream:one") for call in ("CreateLogStream", "PutLogEvents")]
    if name not in function.logs_backend.groups:
        asks.append(Ask("logs:CreateLogGroup", group))
    return not any(role_refuses(function.role, function.function_name, region, ask) for ask in asks)


def take_over(folder: Path, port: int) -> None:
    def invoke(function: Any, event: Any = None) -> tuple[str, bool, str]:
        result, failed, logs = _run(function, event, folder, port)
        if _may_log(function):
            function.logs_backend.ensure_log_group(function.logs_group_name)
            function.save_logs(logs)
        return result, failed, logs

    models.LambdaFunction._invoke_lambda = invoke
    _heed_settings()


# Permissions in AWSLambdaVPCAccessExecutionRole besides those for the log:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
INTERFACE_CALLS = (
    "CreateNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "DeleteNetworkInterface",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
)


def _check_interfaces(role: str, name: str, account: str, region: str, settings: dict[str, Any]) -> None:
    """Lambda refuses to connect a function to a VPC if its role may not create network interfaces.

    The wording for CreateNetworkInterface is from bug reports; that Lambda checks the other calls in the same way is an assumption.
    function_network.py determines what the function reaches of AWS. It can also reach everything else that the lab's machine reaches.
    """
    if not (settings.get("VpcConfig") or {}).get("SubnetIds"):
        return
    for call in INTERFACE_CALLS:
        if role_refuses(role, name, region, Ask(f"ec2:{call}", "*")):
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {call} on EC2"
            )
    check_network(settings, account, region)


def _log_to(function: Any, settings: dict[str, Any]) -> None:
    """Uses the log group in the function's LoggingConfig. moto always uses the default group."""
    group = (settings.get("LoggingConfig") or {}).get("LogGroup")
    if group and group != function.logs_group_name:
        function.logs_group_name = group
        function.logs_backend.ensure_log_group(group)


def _heed_settings() -> None:
    """Applies settings that moto accepts without using them."""
    plain_init = models.LambdaFunction.__init__
    plain_update = models.LambdaFunction.update_configuration

    def init(function: Any, account_id: str, spec: dict[str, Any], region: str, version: Any = 1) -> None:
        _check_interfaces(spec["Role"], spec["FunctionName"], account_id, region, spec)
        plain_init(function, account_id, spec, region, version)
        _log_to(function, spec)

    def update(function: Any, settings: dict[str, Any]) -> Any:
        role = settings.get("Role") or function.role
        _check_interfaces(role, function.function_name, function.account_id, function.region, settings)
        _log_to(function, settings)
        return plain_update(function, settings)

    models.LambdaFunction.__init__, models.LambdaFunction.update_configuration = init, update
    plain_put = models.LambdaBackend.put_function_event_invoke_config

    def put(backend: Any, name: str, config: dict[str, Any]) -> Any:
        # moto keeps returning the first configuration
        backend.get_function(name).event_invoke_config.clear()
        return plain_put(backend, name, config)

    models.LambdaBackend.put_function_event_invoke_config = put
