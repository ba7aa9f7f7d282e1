/** Stands for a part of a word that only the shell will know. */
export const LATER = "\u0000";
