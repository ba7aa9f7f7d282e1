/** How much a client may send, as the answers have taught it. A value: each lesson makes a new one. */
export interface Pace {
  /** Requests on their way at a time; what counts is its whole part. */
  readonly window: number;
  /** Requests begun a second; Infinity until the server has asked for fewer. */
  readonly perSecond: number;
  /** Before this time nothing is sent, milliseconds. */
  readonly pausedUntil: number;
  /** When the pace was last narrowed, milliseconds; answers to what was sent earlier teach nothing new. */
  readonly narrowedAt: number;
}

/** What the pace never exceeds: what the user set. */
export interface PaceLimits {
  readonly window: number;
  readonly perSecond: number;
}

/** A request that was answered, or was not. */
export interface Sent {
  readonly sentAt: number;
  readonly endedAt: number;
  /** Requests begun a second, this one among them. */
  readonly perSecond: number;
}

const LEAST_PER_SECOND = 1;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Far enough down that the next round is below the server's limit in a few steps, not so far that the server idles. */
const RATE_KEPT = 0.7;
const WINDOW_KEPT = 0.5;
/** What a second of good answers adds to the rate: a fixed part, so that clients that share a server even out, and a share. */
const ADDED_PER_SECOND = 0.5;
const ADDED_SHARE = 0.1;

/** The pace before the first answer. */
export function openPace(limits: PaceLimits): Pace {
  return { ...limits, pausedUntil: 0, narrowedAt: Number.NEGATIVE_INFINITY };
}

/** After an answer that shows the server at ease: a little more, the window by one for each of its rounds. */
export function afterAnswer(pace: Pace, limits: PaceLimits): Pace {
  const added = Number.isFinite(pace.perSecond) ? ADDED_PER_SECOND / pace.perSecond + ADDED_SHARE : 0;
  return {
    ...pace,
    window: Math.min(limits.window, pace.window + 1 / pace.window),
    perSecond: Math.min(limits.perSecond, pace.perSecond + added),
  };
}

/** After a 429 or 503: fewer a second, and none for as long as the server says. */
export function afterRefusal(pace: Pace, sent: Sent, retryAfterMs = 0): Pace {
  const pausedUntil = Math.max(pace.pausedUntil, sent.endedAt + Math.min(retryAfterMs, LONGEST_PAUSE_MS));
  if (sent.sentAt < pace.narrowedAt) {
    return { ...pace, pausedUntil };
  }
  const seen = Math.min(pace.perSecond, sent.perSecond);
  // A limit that the user set below the least stays as it is.
  const perSecond = Math.min(pace.perSecond, Math.max(LEAST_PER_SECOND, seen * RATE_KEPT));
  return { ...pace, perSecond, pausedUntil, narrowedAt: sent.endedAt };
}

/** After no answer, or a connection that failed: half as many at a time. */
export function afterSilence(pace: Pace, sent: Sent): Pace {
  return sent.sentAt < pace.narrowedAt
    ? pace
    : { ...pace, window: Math.max(1, pace.window * WINDOW_KEPT), narrowedAt: sent.endedAt };
}

/** What a Retry-After header asks for, milliseconds from `now`: a number of seconds or a date. Undefined where it says neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") {
    return undefined;
  }
  const wanted = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wanted) ? undefined : Math.max(0, wanted);
}
