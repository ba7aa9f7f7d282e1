import assert from "node:assert/strict";
import type { Image, Tag } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { chosenOf } from "../../packer/images/chosen";
import { settle } from "../../packer/run/agree-on-one";
import { lastMade, missingIn, readyEverywhere } from "../../packer/run/find-images";

/** An image with the same fingerprint that was created in that minute. */
function image(minute: number, { ready = true, supersedes }: { ready?: boolean; supersedes?: Image } = {}): Image {
  const Tags: Tag[] = ready ? [{ Key: TAG.fingerprint, Value: "f" }] : [];
  if (supersedes) Tags.push({ Key: TAG.supersedes, Value: supersedes.CreationDate ?? "" });
  const CreationDate = `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`;
  return { ImageId: `ami-${minute}`, CreationDate, State: ready ? "available" : "pending", Tags };
}

/** Returns the answers one after the other, and then repeats the last one. */
function looks(...answers: Image[][]): () => Promise<Image[]> {
  return async () => (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
}

const patience = (milliseconds: number, signal = new AbortController().signal) => ({
  signal,
  deadline: Date.now() + milliseconds,
});

describe("the image that all bakes with the same fingerprint use", () => {
  const [one, two] = [image(1), image(2)];
  const anew = image(3, { supersedes: two });

  it("is the oldest, so that nobody uses one that its bake is about to remove", () => {
    assert.equal(chosenOf([one, two]), one);
    assert.deepEqual(readyEverywhere({ here: [one, two] }), { here: one });
  });

  it("is the one that supersedes the others, even if some of those are gone", () => {
    assert.equal(chosenOf([one, two, anew]), anew);
    assert.equal(chosenOf([one, anew]), anew);
    const later = image(4, { supersedes: anew });
    assert.equal(chosenOf([one, later]), later);
    assert.equal(chosenOf([one, anew, image(5, { supersedes: two })]), anew, "of two at the same time the older one");
  });

  it("supersedes existing images in all regions", () => {
    assert.equal(lastMade({ here: [one], there: [two] }), two.CreationDate);
    assert.equal(lastMade({ here: [], there: [] }), "");
  });

  it("must be ready in each region; if it is ready in only one, it is missing in the others", () => {
    const half = { here: [one], there: [image(2, { ready: false })] };
    assert.equal(readyEverywhere(half), undefined);
    assert.deepEqual(missingIn(half), ["there"]);
    assert.deepEqual(missingIn({ here: [], there: [] }), []);
  });

  it("is ours if no other is older, and otherwise an older one that is ready", async () => {
    assert.equal(await settle(two, looks([two, image(3, { ready: false })]), patience(0)), two);
    assert.equal(await settle(two, looks([one, two]), patience(0)), one);
    assert.equal(await settle(two, looks([]), patience(0)), two, "AWS does not list it yet");
  });

  it("is waited for while it is being created, until the deadline", async () => {
    const making = image(1, { ready: false });
    assert.equal(await settle(two, looks([making, two], [one, two]), patience(60_000)), one);
    assert.equal(await settle(two, looks([making, two]), patience(-1)), two);
  });

  it("is not waited for after a stop signal", async () => {
    const stop = new AbortController();
    const making = looks([image(1, { ready: false }), two]);
    const look = () => {
      setImmediate(() => stop.abort(new Error("the bake was stopped")));
      return making();
    };
    await assert.rejects(settle(two, look, patience(600_000, stop.signal)), /^Error: the bake was stopped$/);
  });
});
