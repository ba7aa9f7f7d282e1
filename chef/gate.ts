import type { Answer } from "./answer";
import { type ChefError, isChefError } from "./chef-error";
import {
  afterAnswer,
  afterRefusal,
  afterSilence,
  openPace,
  type Pace,
  type PaceLimits,
  retryAfterMs,
  type Sent,
} from "./pace";

/** Lets requests through at the pace that the server bears. */
export interface Gate {
  /**
   * Sends when it is this request's turn, and learns from what comes of it.
   * @throws what `send` throws, and what `tooLong` makes when the turn would not come in time; then nothing was sent
   */
  pass(send: () => Promise<Answer>, tooLong: (waitMs: number) => ChefError): Promise<Answer>;
}

export interface GateOptions extends PaceLimits {
  /** Milliseconds a request may wait for its turn. */
  readonly patienceMs: number;
}

/** The time of a gate, which no setting of the system's clock may move. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls `action` after so many milliseconds. @returns what calls it off */
  after(milliseconds: number, action: () => void): () => void;
}

interface Waiter {
  readonly since: number;
  readonly start: () => void;
  readonly giveUp: (waitMs: number) => void;
}

interface State {
  readonly options: GateOptions;
  readonly waiting: Waiter[];
  /** When the requests of the last second began. */
  readonly begun: number[];
  pace: Pace;
  running: number;
  /** When the next may begin. */
  nextAt: number;
  readonly clock: Clock;
  callOff: () => void;
}

/** A gate that was not looked at in time, since timers are coarse, lets through at once what it owes for as long as this. */
const OWED_MS = 50;
const SECOND_MS = 1000;

/** @param clock another time than that of this machine, for tests */
export function createGate(options: GateOptions, clock: Clock = machineClock()): Gate {
  const idle = { waiting: [], begun: [], running: 0, nextAt: 0, callOff: () => undefined };
  const state: State = { options, clock, pace: openPace(options), ...idle };
  return {
    pass: async (send, tooLong) => {
      await turn(state, tooLong);
      const sentAt = clock.now();
      try {
        const answer = await send();
        state.pace = afterOutcome(state, sentAt, answer);
        return answer;
      } catch (error) {
        state.pace = afterError(state, sentAt, error);
        throw error;
      } finally {
        state.running--;
        letThrough(state);
      }
    },
  };
}

function turn(state: State, tooLong: (waitMs: number) => ChefError): Promise<void> {
  return new Promise((resolve, reject) => {
    state.waiting.push({ since: state.clock.now(), start: resolve, giveUp: (waitMs) => reject(tooLong(waitMs)) });
    letThrough(state);
  });
}

/** Starts those whose turn it is, sends away those whose turn comes too late, and looks again when there may be news. */
function letThrough(state: State): void {
  state.callOff();
  for (let first = state.waiting[0]; first !== undefined; first = state.waiting[0]) {
    const now = state.clock.now();
    const opensAt = Math.max(now, state.nextAt, state.pace.pausedUntil);
    const lastCall = first.since + state.options.patienceMs;
    const isFull = state.running >= Math.floor(state.pace.window);
    if (opensAt <= lastCall && (isFull || opensAt > now)) {
      lookAgainAt(state, isFull ? lastCall : opensAt);
      return;
    }
    state.waiting.shift();
    if (opensAt > lastCall) {
      first.giveUp(opensAt - first.since);
    } else {
      begin(state);
      first.start();
    }
  }
}

function lookAgainAt(state: State, at: number): void {
  if (Number.isFinite(at)) {
    const milliseconds = Math.max(1, Math.ceil(at - state.clock.now()));
    state.callOff = state.clock.after(milliseconds, () => letThrough(state));
  }
}

function begin(state: State): void {
  const time = state.clock.now();
  state.running++;
  state.begun.push(time);
  forgetOlder(state, time);
  state.nextAt = Math.max(state.nextAt, time - OWED_MS) + SECOND_MS / state.pace.perSecond;
}

function afterOutcome(state: State, sentAt: number, answer: Answer): Pace {
  switch (answer.status) {
    case 429:
    case 503:
      return afterRefusal(state.pace, sent(state, sentAt), retryAfterMs(answer.retryAfter, Date.now()));
    case 502: // A proxy in front of the server had no answer of it.
    case 504:
      return afterSilence(state.pace, sent(state, sentAt));
    default:
      return answer.status < 500 ? afterAnswer(state.pace, state.options) : state.pace;
  }
}

function afterError(state: State, sentAt: number, error: unknown): Pace {
  const silent = isChefError(error) && (error.chef.kind === "timeout" || error.chef.kind === "unreachable");
  return silent ? afterSilence(state.pace, sent(state, sentAt)) : state.pace;
}

/** The rate is that of the last second or, where it was quiet before, since the first request of it. */
function sent(state: State, sentAt: number): Sent {
  const endedAt = state.clock.now();
  forgetOlder(state, endedAt);
  const since = Math.max(OWED_MS, endedAt - (state.begun[0] ?? endedAt));
  return { sentAt, endedAt, perSecond: (state.begun.length * SECOND_MS) / since };
}

function forgetOlder(state: State, time: number): void {
  while ((state.begun[0] ?? time) < time - SECOND_MS) {
    state.begun.shift();
  }
}

function machineClock(): Clock {
  return {
    now: () => performance.now(),
    after: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
