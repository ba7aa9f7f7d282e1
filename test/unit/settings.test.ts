import assert from "node:assert/strict";
import { readSettings } from "../../reaper/settings/settings";

const GOOD = {
  REAPER_CHEF_SERVER_URL: "https://chef.example.com/organizations/acme",
  REAPER_CHEF_CLIENT_NAME: "reaper",
  REAPER_CHEF_KEY: '{"ssmParameter":"/chef/reaper"}',
  REAPER_GROUPS: '["staging-web"]',
  REAPER_DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/dead",
};

describe("the reaper's settings", () => {
  it("are read, with their defaults", () => {
    assert.deepEqual(readSettings(GOOD), {
      chef: {
        serverUrl: GOOD.REAPER_CHEF_SERVER_URL,
        clientName: "reaper",
        key: { ssmParameter: "/chef/reaper" },
        caPem: undefined,
        timeoutMs: 8000,
        maxSockets: 16,
        requestsPerSecond: undefined,
      },
      groups: ["staging-web"],
      absenceGraceSeconds: 600,
      dryRun: false,
      searchOtherNames: false,
      accountId: undefined,
      deadLetterQueueUrl: GOOD.REAPER_DEAD_LETTER_QUEUE_URL,
      queueUrl: undefined,
      concurrency: 10,
      reconcile: { graceSeconds: 900, cap: { share: 0.5, count: 50 } },
      worker: { port: 8080, bindAddress: "127.0.0.1", drainMs: 25_000, reconcileMinutes: 0, emf: false },
    });
  });

  it("take the account from the queue's URL, if it is an AWS URL and nothing else is set", () => {
    const accountOf = (more: Record<string, string>) => readSettings({ ...GOOD, ...more }).accountId;
    const REAPER_QUEUE_URL = "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/web";
    assert.equal(accountOf({ REAPER_QUEUE_URL }), "111122223333");
    assert.equal(accountOf({ REAPER_QUEUE_URL, REAPER_ACCOUNT_ID: "444455556666" }), "444455556666");
    assert.equal(accountOf({ REAPER_QUEUE_URL: "http://127.0.0.1:4566/111122223333/web" }), undefined);
  });

  it("report every mistake together", () => {
    const wrong = {
      REAPER_CHEF_SERVER_URL: "chef.example.com",
      REAPER_CHEF_KEY: '{"path":"x"}',
      REAPER_GROUPS: '["a/b"]',
      REAPER_ABSENCE_GRACE_SECONDS: "soon",
      REAPER_DRY_RUN: "yes",
      REAPER_SEARCH_OTHER_NAMES: "on",
      REAPER_ACCOUNT_ID: "acme",
      REAPER_CONCURRENCY: "0",
      REAPER_RECONCILE_GRACE_SECONDS: "-1",
      REAPER_RECONCILE_MAX_DELETIONS: "0",
      REAPER_RECONCILE_MAX_DELETION_SHARE: "50%",
      REAPER_CHEF_REQUESTS_PER_SECOND: "none",
      REAPER_PORT: "65536",
      REAPER_DRAIN_SECONDS: "0",
      REAPER_EMF: "1",
    };
    assert.throws(
      () => readSettings(wrong, true),
      (error: Error) => {
        const names = ["SERVER_URL is 'chef", "CLIENT_NAME is missing", "REAPER_CHEF_KEY", "GROUPS is '[\"a/b\"]'"];
        const more = [
          "GRACE_SECONDS is 'soon'",
          "DRY_RUN is 'yes'",
          "OTHER_NAMES is 'on'",
          "ACCOUNT_ID is 'acme'",
          "DEAD_LETTER_QUEUE_URL is missing",
        ];
        for (const expected of [
          ...names,
          ...more,
          "REAPER_QUEUE_URL is missing",
          "CONCURRENCY is '0'",
          "PER_SECOND is 'none'",
          "GRACE_SECONDS is '-1'",
          "DELETIONS is '0'",
          "SHARE is '50%'",
          "PORT is '65536'",
          "DRAIN_SECONDS is '0'",
          "EMF is '1'",
        ]) {
          assert.ok(error.message.includes(expected), `${expected} in ${error.message}`);
        }
        assert.match(error.message, /has 18 mistake/);
        return true;
      },
    );
  });

  it("refuse a password in the Chef server's URL, and do not show it", () => {
    const REAPER_CHEF_SERVER_URL = "https://proxy:hunter2@chef.example.com";
    assert.throws(
      () => readSettings({ ...GOOD, REAPER_CHEF_SERVER_URL }),
      ({ message }: Error) => /REAPER_CHEF_SERVER_URL is/.test(message) && !message.includes("hunter2"),
    );
  });

  it("never quote a key that was pasted instead of a reference", () => {
    const pasted = "-----BEGIN RSA PRIVATE KEY-----\nhunter2";
    for (const value of [pasted, JSON.stringify({ file: pasted }), JSON.stringify(pasted)]) {
      assert.throws(
        () => readSettings({ ...GOOD, REAPER_CHEF_KEY: value }),
        (error: Error) => error.message.includes("REAPER_CHEF_KEY") && !error.message.includes("hunter2"),
      );
    }
  });
});
