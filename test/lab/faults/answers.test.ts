import assert from "node:assert/strict";
import type { Fault } from "../../helpers/fault-proxy";
import { CHEF_ANSWERS, CHEF_REQUESTS, EC2_ANSWERS, type WrongAnswer } from "./answers";
import { createDrain, type Drain, until } from "./drain";
import { useRoom } from "./room";
import type { Shell } from "./worker-process";

/** A wrong answer, and the instance whose request gets it. */
interface Trap {
  readonly instanceId: string;
  readonly answer: WrongAnswer;
  /** Start of the request; requests to EC2 are all of one kind. */
  readonly request: string;
  dealt: number;
}

/** One drain in which every instance gets its own wrong answer, the first time that its message is processed. */
interface Night {
  readonly drain: Drain;
  readonly shell: Shell;
  readonly chef: readonly Trap[];
  readonly dead: readonly Trap[];
  readonly living: readonly Trap[];
}

describe("faults of single answers", function () {
  this.timeout(240_000);
  const room = useRoom();
  const nights: Partial<Record<"worker" | "lambda", Night>> = {};

  before(async () => {
    [nights.worker, nights.lambda] = await Promise.all([
      live((drain) => drain.startWorker()),
      live((drain) => drain.startFunction()),
    ]);
  });
  after(() => Promise.all(Object.values(nights).map(({ drain }) => drain.close())));

  async function live(start: (drain: Drain) => Shell): Promise<Night> {
    const chefTraps = CHEF_ANSWERS.length * CHEF_REQUESTS.length;
    const drain = await createDrain(room(), {
      dead: chefTraps + EC2_ANSWERS.length,
      living: EC2_ANSWERS.length,
      graceSeconds: 25,
    });
    const ids = [...drain.fleet.dead];
    const chef = CHEF_ANSWERS.flatMap((answer) =>
      CHEF_REQUESTS.map((request) => ({ instanceId: ids.pop() ?? "", answer, request, dealt: 0 })),
    );
    const onEc2 = (from: readonly string[]) =>
      EC2_ANSWERS.map((answer, index) => ({ instanceId: from[index] ?? "", answer, request: "POST", dealt: 0 }));
    const [dead, living] = [onEc2(ids), onEc2(drain.fleet.living)];
    drain.chef.setFault(({ method, path }) => spring(chef, `${method} ${path}`, path));
    drain.ec2.setFault(({ method, body }) => spring([...dead, ...living], method, body));
    const shell = start(drain);
    await springOneByOne(
      drain,
      shell,
      dead.flatMap((trap, index) => [trap, living[index] ?? trap]),
    );
    await drain.announce(chef.map(({ instanceId }) => instanceId));
    await drain.untilEmpty();
    await shell.stop();
    return { drain, shell, chef, dead, living };
  }

  for (const shell of ["worker", "lambda"] as const) {
    describe(`the ${shell}`, () => {
      const night = (): Night => nights[shell] ?? assert.fail("the drain did not come to its end");
      for (const answer of CHEF_ANSWERS) {
        it(`keeps the message when Chef responds with ${answer.title}, and removes the pair later`, () => {
          assertMet(night(), night().chef, answer);
        });
      }
      for (const answer of EC2_ANSWERS) {
        it(`removes neither a dead nor a living instance when EC2 responds with ${answer.title}, and decides later`, () => {
          assertMet(night(), [...night().dead, ...night().living], answer);
        });
      }
      it("has lost and left nothing, and has moved only messages of running instances to the dead-letter queue", async () => {
        const { drain } = night();
        await drain.assertDone(drain.fleet.living.map((id) => new RegExp(`${id} is running`)));
      });
    });
  }
});

/** The reaper asks EC2 about several instances in one request. These messages arrive one by one, so that each gets only its own answer. */
async function springOneByOne(drain: Drain, shell: Shell, traps: readonly Trap[]): Promise<void> {
  const settled = ({ instanceId }: Trap) => shell.lines.some((line) => line.instanceId === instanceId);
  for (const trap of traps) {
    await drain.announce([trap.instanceId]);
    await until(
      () => settled(trap) || (trap.dealt > 0 && trap.answer.fault === "silence"),
      `${trap.answer.title} is met`,
    );
  }
}

function spring(traps: readonly Trap[], request: string, text: string): Fault {
  const trap = traps.find(
    (set) => request.startsWith(set.request) && text.includes(set.instanceId) && set.dealt < (set.answer.times ?? 1),
  );
  if (trap === undefined) {
    return "pass";
  }
  trap.dealt++;
  return trap.answer.fault;
}

/** After so many errors the client throttles itself. If it did not send the first of two deletions, the log names that one. */
const HELD_BACK = /\(throttled\): 'not sent/;

/** Asserts that every instance got its wrong answer, and that its message was kept for that reason. */
function assertMet({ shell }: Night, traps: readonly Trap[], answer: WrongAnswer): void {
  for (const { instanceId, dealt, request } of traps.filter((trap) => trap.answer === answer)) {
    assert.equal(dealt, answer.times ?? 1, `${request} met it`);
    const left = shell.lines.filter((line) => line.instanceId === instanceId && line.decision === "retry");
    const reasons = left.map(({ reason = "" }) => reason);
    assert.ok(
      reasons.some((reason) => answer.says.test(reason) || HELD_BACK.test(reason)),
      `${request}: ${reasons.join("\n")}`,
    );
  }
}
