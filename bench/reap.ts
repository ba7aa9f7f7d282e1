import type { BenchmarkResult, Row } from "./benchmark";
import { median } from "./median";
import { type BareRemovalOptions, removeBare, signingCost } from "./reap/bare-removal";
import { type ColdStart, coldStart } from "./reap/cold-start";
import { leastDrain } from "./reap/least-drain";
import { installPeers, type Peer, removeAsPeer } from "./reap/peers";
import { startSlowLine } from "./reap/slow-line";
import { type Stage, setStage } from "./reap/stage";
import { type Drain, drainOf } from "./reap/worker";

const ROUNDS = 3;
const SMALL = 1_000;
const LARGE = 10_000;
/** Instances per run for the limit and for chef-api's deletions; both run in a started process, so fewer instances suffice. */
const OF_LIMIT = 2_000;
const OF_CHEF_API = 500;
/** How many of a round's 1,000 instances each peer removes; few for slow peers, so that they finish within seconds. */
const PEERS: readonly (readonly [RoundPeer, string, number])[] = [
  ["awslabs", "awslabs' flow in PyChef: search, 2 GET, 2 DELETE", 10],
  ["chef-api-search", "chef-api: search, 2 DELETE", 10],
  ["pychef-deletes", "PyChef: 2 DELETE", 100],
];
type RoundPeer = Exclude<Peer, "chef-api-deletes">;
/** Kinds of requests that the bare client sends, for 500 instances of each kind per round. */
const BARE: readonly (readonly [string, Omit<BareRemovalOptions, "connections">])[] = [
  ["bare client, signed beforehand: 2 DELETE", { signed: "beforehand", withGet: false }],
  ["bare client, signed beforehand: GET, 2 DELETE", { signed: "beforehand", withGet: true }],
  ["bare client, signed as sent: GET, 2 DELETE", { signed: "as sent", withGet: true }],
];
const OF_BARE = 500;
const ROUND_TRIP_MS = 30;
const FAR = 600;
const FAR_PEER = 30;
/** Messages and connections to the Chef server that are in use at the same time: for a server near by, and for one over a slow line. */
const NEAR_BY = { concurrency: 80, connections: 64 };
const OVER_SLOW_LINE = { concurrency: 100, connections: 48 };

/**
 * Measures how fast nodes and clients are removed from a Chef server: by the worker as published, from messages in an SQS queue to the
 * last deletion; by two older programs that are given a list of instances; and by a minimal program that does only the necessary
 * requests. All figures are instances per second. Peers, limits and worker run alternately on the same server.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  await installPeers();
  const stage = await setStage();
  try {
    const signing = await signingCost(stage.server.key);
    const { peers, bare, drains } = await measureRounds(stage);
    const { large, least, chefApi } = await measureLarge(stage);
    const far = await measureFar(stage);
    const cold = await coldStart(stage);
    const small = middleOf(drains);
    return {
      unit: "/s",
      rows: [
        ...drainRows(small, large),
        { what: "least drain of the same queue", figure: least, note: "of_limit is a share of it" },
        ...BARE.map(([what], index) => bareRow(what, bare[index] ?? Number.NaN, large)),
        {
          what: "one signature",
          figure: signing.cpuMs,
          unit: "ms",
          note: `of CPU, on ${signing.cores.toFixed(1)} cores`,
        },
        ...PEERS.map(([peer, what]) => ({ what, figure: peers[peer] })),
        { what: "chef-api: 2 DELETE", figure: chefApi },
        { what: `worker, ${ROUND_TRIP_MS} ms round trips`, figure: far.worker, note: `${FAR} messages` },
        { what: `chef-api deletes, ${ROUND_TRIP_MS} ms round trips`, figure: far.sequential, note: "one by one" },
        ...coldRows(cold),
      ],
      ratios: {
        vs_awslabs: small.perSecond / peers.awslabs,
        // The figure of a worker after its start, since neither chef-api's nor the limit's figure includes the start of a process.
        vs_chef_api: large.perSecond / chefApi,
        of_limit: large.perSecond / least,
        latency_vs_sequential: far.worker / far.sequential,
        growth: small.perSecond / large.perSecond,
      },
    };
  } finally {
    await stage.stop();
  }
}

interface Rounds {
  readonly drains: readonly Drain[];
  readonly peers: Readonly<Record<RoundPeer, number>>;
  /** Instances per second for each entry of BARE. */
  readonly bare: readonly number[];
}

/** Runs all of them alternately, so that other work on the machine affects all alike. */
async function measureRounds(stage: Stage): Promise<Rounds> {
  const { server } = stage;
  const drains: Drain[] = [];
  const peers: Record<RoundPeer, number[]> = { awslabs: [], "chef-api-search": [], "pychef-deletes": [] };
  const bare: number[][] = BARE.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const ids = await server.register(SMALL);
    for (const [peer, , count] of PEERS) {
      peers[peer].push(count / (await removeAsPeer(peer, server, ids.splice(0, count))));
    }
    await server.clear();
    for (const [index, [, options]] of BARE.entries()) {
      const connections = NEAR_BY.connections;
      bare[index]?.push(await removeBare(server, await server.register(OF_BARE), { ...options, connections }));
    }
    await server.assertEmpty();
    drains.push(await drainOf(SMALL, { ...stage, ...NEAR_BY }));
  }
  return {
    drains,
    peers: {
      awslabs: median(peers.awslabs),
      "chef-api-search": median(peers["chef-api-search"]),
      "pychef-deletes": median(peers["pychef-deletes"]),
    },
    bare: bare.map(median),
  };
}

interface LargeTurns {
  readonly large: Drain;
  readonly least: number;
  readonly chefApi: number;
}

/** Each large drain runs next to the programs it is compared with, since the speed of a virtual machine changes within minutes. */
async function measureLarge(stage: Stage): Promise<LargeTurns> {
  const { server } = stage;
  const turns: LargeTurns[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    const seconds = await removeAsPeer("chef-api-deletes", server, await server.register(OF_CHEF_API));
    const least = await leastDrain(OF_LIMIT, { ...stage, ...NEAR_BY });
    turns.push({ chefApi: OF_CHEF_API / seconds, least, large: await drainOf(LARGE, { ...stage, ...NEAR_BY }) });
  }
  return {
    large: middleOf(turns.map(({ large }) => large)),
    least: median(turns.map(({ least }) => least)),
    chefApi: median(turns.map(({ chefApi }) => chefApi)),
  };
}

/** The drain of median speed. */
function middleOf(drains: readonly Drain[]): Drain {
  const middle = median(drains.map(({ perSecond }) => perSecond));
  return drains.find(({ perSecond }) => perSecond === middle) as Drain;
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

function drainRows(small: Drain, large: Drain): Row[] {
  const cpu = ({ cpuMs, serverCpuMs }: Drain) =>
    `median of ${ROUNDS}; ${cpuMs.toFixed(1)} ms of its CPU each, ${serverCpuMs.toFixed(1)} of the server's`;
  return [
    { what: `worker, ${SMALL} messages`, figure: small.perSecond, note: cpu(small) },
    { what: `worker, ${LARGE} messages`, figure: large.perSecond, note: cpu(large) },
    { what: `worker, one message of ${SMALL}`, figure: small.medianMs, unit: "ms", note: "median" },
  ];
}

function bareRow(what: string, figure: number, large: Drain): Row {
  return { what, figure, note: `the worker's ${LARGE} are ${(large.perSecond / figure).toFixed(2)} of it` };
}

function coldRows({ firstDeletionMs, emptyMs, bundleBytes }: ColdStart): Row[] {
  return [
    { what: "function, cold, to the first deletion", figure: firstDeletionMs, unit: "ms", note: "median of 5" },
    { what: "empty handler, same SDK clients, cold", figure: emptyMs, unit: "ms", note: "median of 5" },
    { what: "function's bundle", figure: bundleBytes / 1000, unit: "kB", note: "without the SDK" },
  ];
}
