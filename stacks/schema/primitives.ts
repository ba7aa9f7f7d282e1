import { z } from "zod";

/** A text that says something. */
export const name = z.string().min(1);

/** A whole number, 0 or more. */
export const count = z.number().int().nonnegative();

export const tags = z.record(z.string(), z.string());
