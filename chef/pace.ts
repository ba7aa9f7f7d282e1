/** How much a client may send, as learned from the responses. Immutable: each lesson creates a new one. */
export interface Pace {
  /** Number of concurrent requests; rounded down. */
  readonly window: number;
  /** Requests per second; Infinity until the server has asked for fewer. */
  readonly perSecond: number;
  /** Nothing is sent before this time, in milliseconds. */
  readonly pausedUntil: number;
  /** When the pace was last reduced, in milliseconds; responses to earlier requests are ignored for further reductions. */
  readonly narrowedAt: number;
}

/** Upper limits of the pace, set by the user. */
export interface PaceLimits {
  readonly window: number;
  readonly perSecond: number;
}

/** A request, with or without a response. */
export interface Sent {
  readonly sentAt: number;
  readonly endedAt: number;
  /** Request rate per second, including this one. */
  readonly perSecond: number;
}

const LEAST_PER_SECOND = 1;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Low enough to get below the server's limit in a few steps, high enough not to leave the server idle. */
const RATE_KEPT = 0.7;
const WINDOW_KEPT = 0.5;
/**
 * What a second of successful responses adds to the rate: a fixed part, so that clients that share a server converge, and a relative part.
 */
const ADDED_PER_SECOND = 0.5;
const ADDED_SHARE = 0.1;

/** The pace before the first response. */
export function openPace(limits: PaceLimits): Pace {
  return { ...limits, pausedUntil: 0, narrowedAt: Number.NEGATIVE_INFINITY };
}

/** After a successful response: slightly faster, with one more concurrent request per round. */
export function afterAnswer(pace: Pace, limits: PaceLimits): Pace {
  const added = Number.isFinite(pace.perSecond) ? ADDED_PER_SECOND / pace.perSecond + ADDED_SHARE : 0;
  return {
    ...pace,
    window: Math.min(limits.window, pace.window + 1 / pace.window),
    perSecond: Math.min(limits.perSecond, pace.perSecond + added),
  };
}

/** After a 429 or 503: fewer requests per second, and none for as long as the server says. */
export function afterRefusal(pace: Pace, sent: Sent, retryAfterMs = 0): Pace {
  const pausedUntil = Math.max(pace.pausedUntil, sent.endedAt + Math.min(retryAfterMs, LONGEST_PAUSE_MS));
  if (sent.sentAt < pace.narrowedAt) {
    return { ...pace, pausedUntil };
  }
  const seen = Math.min(pace.perSecond, sent.perSecond);
  // A user's limit below the minimum is kept.
  const perSecond = Math.min(pace.perSecond, Math.max(LEAST_PER_SECOND, seen * RATE_KEPT));
  return { ...pace, perSecond, pausedUntil, narrowedAt: sent.endedAt };
}

/** After a timeout or a failed connection: half as many concurrent requests. */
export function afterSilence(pace: Pace, sent: Sent): Pace {
  return sent.sentAt < pace.narrowedAt
    ? pace
    : { ...pace, window: Math.max(1, pace.window * WINDOW_KEPT), narrowedAt: sent.endedAt };
}

/**
 * The pause that a response asks for, in milliseconds; undefined if it asks for none. A date is compared with the response's own, because
 * the clocks may differ.
 *
 * @param now milliseconds since 1970 by this machine's clock
 */
export function askedPauseMs(
  { retryAfter, date }: { readonly retryAfter?: string; readonly date?: string },
  now: number,
): number | undefined {
  const there = Date.parse(date ?? "");
  return retryAfterMs(retryAfter, Number.isNaN(there) ? now : there);
}

/**
 * The delay of a Retry-After header in milliseconds from `now`; the header is a number of seconds or a date. Undefined if it is neither.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") {
    return undefined;
  }
  const wanted = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wanted) ? undefined : Math.max(0, wanted);
}
