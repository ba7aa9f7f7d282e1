"""Assembles the emulator: moto's server, the replaced parts, the fleet of sandboxes, and the ticker."""

import argparse
import logging
import os
import signal
import threading
import time
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

import alarms
import api
import capacity
import clock
import console
import data_volumes
import dead_letters
import first_boot
import functions
import deprecation
import groups
import iam_simulator
import image_copies
import instances
import mappings
import permissions
import policies
import pool_calls
import principals
import queues
import resource_policies
import root_volumes
import security_group_rules
import spot
import target_groups
import template_versions
import volume_figures
from fleet import Fleet, claim
from metrics import CpuMeter, publish_cpu, publish_sizes
from sandbox import Ports
from ticker import every, tick


def serve(options: argparse.Namespace) -> None:
    """Runs until SIGTERM or SIGINT."""
    claim(options.run_dir)
    _take_over(options)
    fleet = _fleet(options)
    # The handler only records the signal. An exception could interrupt a boot that is only partly recorded, and setting an Event in a
    # handler can block forever on the lock that the interrupted wait holds
    stops: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stops.append(received))
    server = _server(options.port)
    threading.Thread(target=server.serve_forever, daemon=True, name="server").start()
    _start_clock(options, fleet)
    print("ready", flush=True)
    while not stops:
        time.sleep(0.1)
    if fleet:
        fleet.end_all()
    os._exit(0)  # without waiting for functions and boots in progress, which end with this process


def _server(port: int) -> BaseWSGIServer:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    application = DomainDispatcherApplication(create_backend_app)
    return make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)


def _take_over(options: argparse.Namespace) -> None:
    instances.keep_to_requests()
    root_volumes.take_over()
    security_group_rules.take_over()
    volume_figures.take_over()
    target_groups.take_over()
    spot.take_over()
    image_copies.complete()
    deprecation.take_over()
    template_versions.take_over()
    principals.take_over()
    groups.show_launch_sources()
    policies.key_by_group()
    for part in (permissions, iam_simulator, capacity, alarms, queues, dead_letters, mappings, resource_policies):
        part.take_over()
    api.take_over(options.tracking_period)
    clock.run_at(options.minute, options.hook_minute)
    pool_calls.settings["launch_configurations"] = not options.no_launch_configurations
    functions.take_over(options.run_dir / "functions", options.port)


def _fleet(options: argparse.Namespace) -> Fleet | None:
    if options.instances == "records":
        console.take_over(lambda instance_id: first_boot.consoles.get(instance_id, "").encode())
        return None
    ports = Ports(options.port, options.ssh_port, options.forward)
    fleet = Fleet(options.run_dir, options.tools.resolve(), ports, options.chef_client)
    instances.put_on(fleet)
    console.take_over(fleet.console)
    image_copies.put_on(fleet)
    data_volumes.take_over(fleet.volumes)
    target_groups.show()
    return fleet


def _start_clock(options: argparse.Namespace, fleet: Any) -> None:
    mappings.start()
    every(options.tick, tick, "ticker")
    every(options.metric_seconds, publish_sizes, "group-metrics")
    if fleet:
        every(options.tick, lambda: target_groups.ask(fleet), "health-checks")
        meter = CpuMeter(fleet)
        every(options.metric_seconds, lambda: publish_cpu(meter), "cpu-metrics")
