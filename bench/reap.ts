import { availableParallelism } from "node:os";
import type { BenchmarkResult, Row } from "./benchmark";
import { type ColdStart, coldStart } from "./reap/cold-start";
import { cpuBoundLimit, type Limit, presignedLimit, signingCost } from "./reap/limit";
import { median } from "./reap/median";
import { installPeers, type Peer, removeAsPeer } from "./reap/peers";
import { startSlowLine } from "./reap/slow-line";
import { type Stage, setStage } from "./reap/stage";
import { type Drain, drainOf } from "./reap/worker";

const ROUNDS = 3;
const SMALL = 1_000;
const LARGE = 10_000;
/** What each peer removes of a round's 1,000: the slow ones so few that they are done in seconds. */
const SHARES: readonly (readonly [Peer, number])[] = [
  ["awslabs", 10],
  ["chef-api-search", 10],
  ["pychef-deletes", 100],
  ["chef-api-deletes", 200],
];
const ROUND_TRIP_MS = 30;
const FAR = 600;
const FAR_PEER = 30;
/** Messages at a time, and connections to the Chef server at a time: near by, and over a slow line. */
const NEAR_BY = { concurrency: 40, connections: 16 };
const OVER_SLOW_LINE = { concurrency: 100, connections: 48 };

/**
 * How fast nodes and clients leave a Chef server: the worker as it is shipped, from messages in a queue of SQS to the last
 * deletion, against two older programs that do the same from a list of instances, and against the same requests signed
 * beforehand and sent by a bare client. Each figure is of instances a second; peers and worker take turns on the same server.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  await installPeers();
  const stage = await setStage();
  try {
    const signing = await signingCost(stage.server.key);
    const rounds = await measureRounds(stage);
    const large = await drainOf(LARGE, { ...stage, ...NEAR_BY });
    const far = await measureFar(stage);
    const cold = await coldStart(stage);
    const small = median(rounds.drains.map(({ perSecond }) => perSecond));
    const bare = cpuBoundLimit(rounds.limits.bare, 2, signing.cpuMs);
    const safe = cpuBoundLimit(rounds.limits.safe, 3, signing.cpuMs);
    return {
      unit: "/s",
      rows: [
        ...drainRows(small, rounds.drains, large),
        ...SHARES.map(([peer]) => ({ what: DESCRIPTIONS[peer], figure: rounds.peers[peer] })),
        ...limitRows(rounds.limits, signing, bare, safe),
        cpuRow(large, safe),
        { what: `worker, ${ROUND_TRIP_MS} ms round trips`, figure: far.worker, note: `${FAR} messages` },
        { what: `chef-api deletes, ${ROUND_TRIP_MS} ms round trips`, figure: far.sequential, note: "one by one" },
        ...coldRows(cold),
      ],
      ratios: {
        vs_awslabs: small / rounds.peers.awslabs,
        // Of a worker that has warmed up: neither chef-api nor the limit counts the start of a process.
        vs_chef_api: large.perSecond / rounds.peers["chef-api-deletes"],
        of_limit: large.perSecond / safe,
        latency_vs_sequential: far.worker / far.sequential,
        growth: small / large.perSecond,
      },
    };
  } finally {
    await stage.stop();
  }
}

const DESCRIPTIONS: Readonly<Record<Peer, string>> = {
  awslabs: "awslabs' flow in PyChef: search, 2 GET, 2 DELETE",
  "chef-api-search": "chef-api: search, 2 DELETE",
  "pychef-deletes": "PyChef: 2 DELETE",
  "chef-api-deletes": "chef-api: 2 DELETE",
};

interface Rounds {
  readonly drains: readonly Drain[];
  readonly peers: Readonly<Record<Peer, number>>;
  readonly limits: { readonly bare: Limit; readonly safe: Limit };
}

/** Turn by turn, so that whatever else the machine does hits all alike. */
async function measureRounds(stage: Stage): Promise<Rounds> {
  const drains: Drain[] = [];
  const peers: Record<Peer, number[]> = {
    awslabs: [],
    "chef-api-search": [],
    "pychef-deletes": [],
    "chef-api-deletes": [],
  };
  const limits: { bare: Limit[]; safe: Limit[] } = { bare: [], safe: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const ids = await stage.server.register(SMALL);
    for (const [peer, count] of SHARES) {
      peers[peer].push(count / (await removeAsPeer(peer, stage.server, ids.splice(0, count))));
    }
    limits.bare.push(await presignedLimit(stage.server, ids.splice(0, ids.length / 2), false));
    limits.safe.push(await presignedLimit(stage.server, ids, true));
    await stage.server.assertEmpty();
    drains.push(await drainOf(SMALL, { ...stage, ...NEAR_BY }));
  }
  const middle = (found: readonly Limit[]): Limit => ({
    presigned: median(found.map(({ presigned }) => presigned)),
    cpuMs: median(found.map(({ cpuMs }) => cpuMs)),
  });
  return {
    drains,
    peers: {
      awslabs: median(peers.awslabs),
      "chef-api-search": median(peers["chef-api-search"]),
      "pychef-deletes": median(peers["pychef-deletes"]),
      "chef-api-deletes": median(peers["chef-api-deletes"]),
    },
    limits: { bare: middle(limits.bare), safe: middle(limits.safe) },
  };
}

async function measureFar(stage: Stage): Promise<{ worker: number; sequential: number }> {
  const line = await startSlowLine(stage.server.url, ROUND_TRIP_MS);
  try {
    const ids = await stage.server.register(FAR_PEER);
    const sequential = FAR_PEER / (await removeAsPeer("chef-api-deletes", stage.server, ids, line.url));
    const { perSecond } = await drainOf(FAR, { ...stage, ...OVER_SLOW_LINE, chefUrl: line.url });
    return { worker: perSecond, sequential };
  } finally {
    line.stop();
  }
}

function drainRows(small: number, drains: readonly Drain[], large: Drain): Row[] {
  const cpu = (drain: Drain) => `${drain.cpuMs.toFixed(1)} ms of its CPU each`;
  const middle = drains[drains.length >> 1] ?? large;
  return [
    { what: `worker, ${SMALL} messages`, figure: small, note: `median of ${ROUNDS}; ${cpu(middle)}` },
    { what: `worker, ${LARGE} messages`, figure: large.perSecond, note: cpu(large) },
    { what: `worker, one message of ${SMALL}`, figure: middle.medianMs, unit: "ms", note: "median" },
  ];
}

function limitRows(
  { bare, safe }: Rounds["limits"],
  signing: { readonly cpuMs: number; readonly cores: number },
  bareLimit: number,
  safeLimit: number,
): Row[] {
  const cores = `${signing.cores.toFixed(1)} cores at work`;
  return [
    { what: "signed beforehand: 2 DELETE", figure: bare.presigned, note: `${bare.cpuMs.toFixed(2)} ms of CPU` },
    { what: "signed beforehand: GET, 2 DELETE", figure: safe.presigned, note: `${safe.cpuMs.toFixed(2)} ms of CPU` },
    { what: "one signature", figure: signing.cpuMs, unit: "ms", note: `of CPU; ${cores} while many are made` },
    { what: "CPU-bound limit: 2 DELETE, signed", figure: bareLimit, note: "all cores, nothing but this" },
    { what: "CPU-bound limit: GET, 2 DELETE, signed", figure: safeLimit, note: "of_limit is a share of this" },
  ];
}

/** Of use on a machine that others use too: CPU does not grow with what they do, unlike the time that all of it takes. */
function cpuRow({ cpuMs, serverCpuMs }: Drain, safeLimit: number): Row {
  const share = (availableParallelism() * 1000) / (cpuMs + serverCpuMs) / safeLimit;
  const note = `${cpuMs.toFixed(1)} + ${serverCpuMs.toFixed(1)}; with all cores to itself ${share.toFixed(2)} of the limit`;
  return { what: `worker and server, CPU of one of ${LARGE}`, figure: cpuMs + serverCpuMs, unit: "ms", note };
}

function coldRows({ firstDeletionMs, emptyMs, bundleBytes }: ColdStart): Row[] {
  return [
    { what: "function, cold, to the first deletion", figure: firstDeletionMs, unit: "ms", note: "median of 5" },
    { what: "empty handler, same SDK clients, cold", figure: emptyMs, unit: "ms", note: "median of 5" },
    { what: "function's bundle", figure: bundleBytes / 1000, unit: "kB", note: "without the SDK" },
  ];
}
