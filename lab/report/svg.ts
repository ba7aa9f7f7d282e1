/** Maps a value to a position in a picture. */
export type Scale = (value: number) => number;

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Escapes text for HTML and SVG. */
export function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
