/** From a value to a place in a picture. */
export type Scale = (value: number) => number;

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text as HTML and SVG want it. */
export function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
