import assert from "node:assert/strict";
import type { EC2Client } from "@aws-sdk/client-ec2";
import { type ChefClient, createChefClient } from "../../../chef/client";
import { nodeName } from "../../../chef/names";
import { type Certificate, type FaultProxy, startFaultProxy } from "../../helpers/fault-proxy";
import type { Goiardi } from "../../helpers/goiardi";
import { notification } from "../../helpers/messages";
import { createFleet, type Fleet, type FleetSize, NOTHING_LOST_OR_LEFT } from "./fleet";
import { startFunction } from "./function-process";
import { createQueuePair, type QueuePair, type QueueSettings } from "./queue-pair";
import type { Room } from "./room";
import { type Shell, startWorker, type Worker, type WorkerOptions } from "./worker-process";

export interface DrainSettings extends FleetSize, QueueSettings {
  /** Chef server. @default the room's */
  readonly server?: Goiardi;
  /** EC2 of the instances. @default the room's */
  readonly ec2?: EC2Client;
  /** Makes the connection to the Chef server use TLS. @default none */
  readonly certificate?: Certificate;
  /** Seconds during which a node that is not found may still be registering. @default 12 */
  readonly graceSeconds?: number;
  /** Further settings of the reaper. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One group, one queue, and a separate proxy before each server, so that drains can run concurrently. */
export interface Drain {
  readonly fleet: Fleet;
  /** The Chef server without the proxy. */
  readonly admin: ChefClient;
  readonly queue: QueuePair;
  readonly chef: FaultProxy;
  readonly ec2: FaultProxy;
  readonly sqs: FaultProxy;
  /** Sends a notification for each instance. */
  announce(instanceIds: readonly string[]): Promise<void>;
  /** Removes an instance's node and client, as if it had never registered. */
  unregister(instanceId: string): Promise<void>;
  startWorker(options?: WorkerOptions): Worker;
  startFunction(): Shell;
  /** Waits until the queue is empty, including hidden messages. */
  untilEmpty(seconds?: number): Promise<void>;
  /** Asserts the final state: the queue is empty, nothing is left or lost, and there are exactly these dead letters. */
  assertDone(deadLetters?: readonly RegExp[]): Promise<void>;
  close(): Promise<void>;
}

export async function createDrain(room: Room, settings: DrainSettings = {}): Promise<Drain> {
  const server = settings.server ?? room.server;
  const admin = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
  const fleet = await createFleet({ chef: admin, ec2: settings.ec2 ?? room.ec2, publicKey: room.publicKey }, settings);
  const queue = await createQueuePair(room.sqs, settings);
  const chef = await startFaultProxy(server.url, settings.certificate);
  const ec2 = await startFaultProxy(room.moto.environment.AWS_ENDPOINT_URL ?? "");
  const sqs = await startFaultProxy(room.roto.url);
  const queueUrl = (base: string, name: string) => `${base}/123456789012/${name}`;
  const environment = {
    ...room.moto.environment,
    AWS_ENDPOINT_URL_EC2: ec2.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    CHEF_KEY: server.adminKey,
    REAPER_CHEF_SERVER_URL: chef.url,
    REAPER_CHEF_CLIENT_NAME: "admin",
    REAPER_CHEF_KEY: '{"environment":"CHEF_KEY"}',
    REAPER_CHEF_TIMEOUT_SECONDS: "2",
    REAPER_GROUPS: JSON.stringify([fleet.group]),
    REAPER_QUEUE_URL: queueUrl(sqs.url, queue.name),
    REAPER_DEAD_LETTER_QUEUE_URL: queueUrl(sqs.url, queue.deadName),
    REAPER_ABSENCE_GRACE_SECONDS: `${settings.graceSeconds ?? 12}`,
    REAPER_CONCURRENCY: "20",
    REAPER_PORT: "0",
    NODE_NO_WARNINGS: "1",
    ...settings.environment,
  };
  const running: Worker[] = [];
  let open = true;
  const close = async (): Promise<void> => {
    if (open) {
      open = false;
      await Promise.all(running.map((worker) => worker.kill()));
      await Promise.all([chef.close(), ec2.close(), sqs.close()]);
      admin.close();
    }
  };
  room.closeAtTheEnd(close);
  return {
    fleet,
    admin,
    queue,
    chef,
    ec2,
    sqs,
    announce: (ids) => queue.send(ids.map((id) => JSON.stringify(termination(fleet.group, id)))),
    unregister: async (instanceId) => {
      await admin.deleteClient(nodeName(fleet.group, instanceId));
      await admin.deleteNode(nodeName(fleet.group, instanceId));
    },
    startWorker: (options) => {
      const worker = startWorker(room.programs.worker, environment, options);
      running.push(worker);
      return worker;
    },
    startFunction: () =>
      startFunction(room.programs.lambda, environment, room.sqs, queueUrl(room.roto.url, queue.name)),
    untilEmpty: (seconds = 200) => until(async () => (await queue.size()) === 0, "the queue is empty", seconds),
    assertDone: async (deadLetters = []) => {
      assert.equal(await queue.size(), 0, "messages in the queue");
      assert.deepEqual(await fleet.count(), NOTHING_LOST_OR_LEFT);
      assertDeadLetters(
        (await queue.takeDeadLetters()).map(({ reason }) => reason ?? "(moved by SQS)"),
        deadLetters,
      );
    },
    close,
  };
}

/** A termination notification with the current time. */
export function termination(group: string, instanceId: string): Record<string, unknown> {
  const now = new Date().toISOString();
  return notification(group, instanceId, { StartTime: now, EndTime: now, Time: now });
}

export async function until(condition: () => Promise<boolean> | boolean, what: string, seconds = 120): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await condition()); ) {
    assert.ok(Date.now() < end, `${what} within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Each expectation consumes the first reason that it matches; no expectation and no reason may remain. */
function assertDeadLetters(reasons: readonly string[], expected: readonly RegExp[]): void {
  const unexplained = [...reasons];
  const missing = expected.filter((pattern) => {
    const index = unexplained.findIndex((reason) => pattern.test(reason));
    unexplained.splice(index, index < 0 ? 0 : 1);
    return index < 0;
  });
  assert.deepEqual({ unexplained, missing }, { unexplained: [], missing: [] }, "dead letters");
}
