import type { OperatorEnvironment } from "../../contract/bake-environment";

const LIMIT_MINUTES = 240;
const MARGIN_MINUTES = 60;
/** Timers of Node cannot be set further ahead. */
const MOST_MINUTES = 30_000;

/** After how many minutes a bake is stopped: BAKE_LIMIT_MINUTES. Only because of it can age tell that nobody bakes any more. */
export function bakeLimitMinutes(environment: OperatorEnvironment): number {
  return minutes(environment, "BAKE_LIMIT_MINUTES", LIMIT_MINUTES);
}

/** How old is what a bake of the same name removes before its own: BAKE_SWEEP_MINUTES, by default an hour over the limit. */
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
