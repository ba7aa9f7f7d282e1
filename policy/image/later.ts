/** Stands in a word where only the shell will know what comes there. */
export const LATER = "\u0000";
