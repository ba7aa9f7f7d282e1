import type { OperatorEnvironment } from "../../contract/bake-environment";

const LIMIT_MINUTES = 240;
const MARGIN_MINUTES = 60;
/** The limit of Node's timers. */
const MOST_MINUTES = 30_000;

/** Minutes after which a bake is stopped: BAKE_LIMIT_MINUTES. Because of it, a leftover's age shows that no bake uses it. */
export function bakeLimitMinutes(environment: OperatorEnvironment): number {
  return minutes(environment, "BAKE_LIMIT_MINUTES", LIMIT_MINUTES);
}

/** Minimum age of leftovers that a bake of the same name removes at its start: BAKE_SWEEP_MINUTES, by default an hour over the limit. */
export function sweepAgeMinutes(environment: OperatorEnvironment): number {
  return minutes(environment, "BAKE_SWEEP_MINUTES", bakeLimitMinutes(environment) + MARGIN_MINUTES);
}

function minutes(environment: OperatorEnvironment, name: keyof OperatorEnvironment, standard: number): number {
  const text = environment[name];
  if (!text) return standard;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && value <= MOST_MINUTES) return value;
  throw new Error(`'${name}' is '${text}', expected minutes from 0 to ${MOST_MINUTES}; unset it for ${standard}`);
}
