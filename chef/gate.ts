import type { Answer } from "./answer";
import { type ChefError, isChefError } from "./chef-error";
import {
  afterAnswer,
  afterRefusal,
  afterSilence,
  askedPauseMs,
  openPace,
  type Pace,
  type PaceLimits,
  type Sent,
} from "./pace";

/** Lets requests through at a rate that the server can handle. */
export interface Gate {
  /**
   * Sends when it is this request's turn, and adapts to the result.
   *
   * @throws what `send` throws, or the error from `tooLong` if the turn would come too late; in that case nothing was sent
   */
  pass(send: () => Promise<Answer>, tooLong: (waitMs: number) => ChefError): Promise<Answer>;
}

export interface GateOptions extends PaceLimits {
  /** Milliseconds a request may wait for its turn. */
  readonly patienceMs: number;
}

/** The time of a gate, which is not affected by changes of the system's clock. */
export interface Clock {
  /** Milliseconds since an arbitrary point in time. */
  now(): number;
  /**
   * Calls `action` after this many milliseconds.
   *
   * @returns a function that cancels it
   */
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
  /** Start times of the requests of the last second. */
  readonly begun: number[];
  pace: Pace;
  running: number;
  /** Earliest start of the next request. */
  nextAt: number;
  readonly clock: Clock;
  callOff: () => void;
}

/** If the gate was not checked in time, because timers are coarse, it makes up for at most this much time. */
const OWED_MS = 50;
const SECOND_MS = 1000;

/** @param clock for tests */
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

/** Starts the requests whose turn it is, rejects those whose turn comes too late, and schedules the next check. */
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
      return afterRefusal(state.pace, sent(state, sentAt), askedPauseMs(answer, Date.now()));
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

/** The rate over the last second or, after a pause, since the first request. */
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
