import assert from "node:assert/strict";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { createRequester } from "../../../chef/requester";
import { keyPair } from "../../helpers/chef-objects";
import { makeCertificates } from "./certificates";
import { concurrently } from "./concurrently";
import { createDrain, type Drain, until } from "./drain";
import { useRoom } from "./room";
import type { Shell } from "./worker-process";

function isSaid(shell: Shell, says: RegExp): boolean {
  return shell.lines.some(({ decision, reason = "" }) => decision === "retry" && says.test(reason));
}

/** Waits until each message was tried without success, and asserts that nothing was removed from the queue. */
async function assertHeldBack(drain: Drain, shell: Shell, says: RegExp): Promise<void> {
  const { dead } = drain.fleet;
  const tried = () =>
    new Set(shell.lines.filter(({ decision }) => decision === "retry").map((line) => line.instanceId));
  await until(() => tried().size === dead.length, "every message is tried");
  await until(() => isSaid(shell, says), `the log says ${says}`);
  assert.equal(await drain.queue.size(), dead.length, "every message is still there");
  assert.equal(shell.lines.filter(({ decision }) => decision === "acknowledged").length, 0);
}

describe("faults of the whole Chef server", function () {
  this.timeout(240_000);
  const room = useRoom();

  concurrently({
    "down for the whole drain, and back": async () => {
      const server = await room().anotherServer();
      const drain = await createDrain(room(), { dead: 20, server });
      await server.stop();
      await drain.announce(drain.fleet.dead);
      const worker = drain.startWorker();
      await assertHeldBack(drain, worker, /\(server\)|\(unreachable\)/);
      await server.start();
      await drain.untilEmpty();
      await drain.assertDone();
      await drain.close();
    },

    "restarted in mid-drain": async () => {
      const server = await room().anotherServer();
      const drain = await createDrain(room(), { dead: 100, server });
      let restarted: Promise<void> | undefined;
      drain.chef.setFault(() => {
        if (drain.chef.seen.length === 90) restarted = server.stop().then(server.start);
        return "pass";
      });
      await drain.announce(drain.fleet.dead);
      drain.startWorker();
      await drain.untilEmpty();
      await (restarted ?? assert.fail("the drain ended before the restart"));
      await drain.assertDone();
      await drain.close();
    },

    ...Object.fromEntries(
      [1200, -1200].map((clockShiftSeconds) => [
        `a clock that is ${clockShiftSeconds} seconds off`,
        async () => {
          const drain = await createDrain(room(), { dead: 10 });
          await drain.announce(drain.fleet.dead);
          const wrong = drain.startWorker({ clockShiftSeconds });
          await assertHeldBack(drain, wrong, /\(clock-skew\).* this machine's clock is (1199|1200|1201) seconds/);
          await wrong.stop();
          drain.startWorker();
          await drain.untilEmpty();
          await drain.assertDone();
          await drain.close();
        },
      ]),
    ),

    "a certificate that has expired, is another's, or of an unknown CA, and then a good one": async () => {
      const { good, expired, foreign, unknown, caPem } = makeCertificates();
      const drain = await createDrain(room(), {
        dead: 8,
        certificate: expired,
        environment: { REAPER_CHEF_CA_PEM: caPem, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      });
      await drain.announce(drain.fleet.dead);
      for (const [certificate, says] of [
        [expired, /\(untrusted\).*expired/],
        [foreign, /\(untrusted\).*altnames|altnames.*\(untrusted\)/i],
        [unknown, /\(untrusted\)/],
      ] as const) {
        drain.chef.present(certificate);
        const worker = drain.startWorker();
        await until(() => isSaid(worker, says), `the log says ${says}`);
        await worker.stop();
      }
      assert.equal(drain.chef.seen.length, 0, "no request was sent to a server that is not proven");
      assert.equal(await drain.queue.size(), 8);
      drain.chef.present(good);
      drain.startWorker();
      await drain.untilEmpty();
      await drain.assertDone();
      await drain.close();
    },

    "a key that is changed in mid-drain": async () => {
      const drain = await createDrain(room(), {
        dead: 60,
        environment: { REAPER_CHEF_CLIENT_NAME: "reaper", REAPER_CHEF_KEY: '{"ssmParameter":"/chef/reaper"}' },
      });
      const admin = createRequester({ serverUrl: room().server.url, clientName: "admin", key: room().server.adminKey });
      const changeKey = async (first = false): Promise<void> => {
        const keys = keyPair();
        if (!first) await admin.send({ method: "DELETE", path: "/clients/reaper" });
        const body = { name: "reaper", admin: true, public_key: keys.publicKey };
        await admin.send({ method: "POST", path: "/clients", body });
        const parameter = {
          Name: "/chef/reaper",
          Type: "SecureString",
          Value: keys.privateKey,
          Overwrite: true,
        } as const;
        await room().ssm.send(new PutParameterCommand(parameter));
      };
      await changeKey(true);
      let changed: Promise<void> | undefined;
      let isChanged = false;
      // Until it is changed nothing passes: a slow change would otherwise come after the last request.
      drain.chef.setFault(() => {
        if (drain.chef.seen.length === 60) {
          changed = changeKey().then(() => {
            isChanged = true;
          });
        }
        return changed === undefined || isChanged ? "pass" : { status: 503 };
      });
      await drain.announce(drain.fleet.dead);
      const worker = drain.startWorker();
      await drain.untilEmpty();
      await (changed ?? assert.fail("the drain ended before the change"));
      assert.ok(
        worker.lines.some(({ reason = "" }) => /\(unauthorized\)/.test(reason)),
        "the old key was refused",
      );
      await drain.assertDone();
      admin.close();
      await drain.close();
    },

    "a permission that is missing, and given later": async () => {
      const drain = await createDrain(room(), {
        dead: 5,
        environment: {
          REAPER_CHEF_CLIENT_NAME: "unprivileged",
          REAPER_CHEF_KEY: '{"ssmParameter":"/chef/unprivileged"}',
        },
      });
      const keys = keyPair();
      await drain.admin.createClient({ name: "unprivileged", publicKey: keys.publicKey });
      const parameter = { Name: "/chef/unprivileged", Type: "SecureString", Value: keys.privateKey } as const;
      await room().ssm.send(new PutParameterCommand(parameter));
      await drain.announce(drain.fleet.dead);
      const worker = drain.startWorker();
      await assertHeldBack(drain, worker, /\(forbidden\)/);
      await drain.admin.deleteClient("unprivileged");
      const admin = createRequester({ serverUrl: room().server.url, clientName: "admin", key: room().server.adminKey });
      await admin.send({
        method: "POST",
        path: "/clients",
        body: { name: "unprivileged", admin: true, public_key: keys.publicKey },
      });
      admin.close();
      await drain.untilEmpty();
      await drain.assertDone();
      await drain.close();
    },
  });
});
