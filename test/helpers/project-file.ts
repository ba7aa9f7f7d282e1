/**
 * Pulumi.yaml of a test's program. The SDK keeps the stack of each of its promises as text, and ts-node looks every frame up in a source
 * map for it, which takes longer than the rest of the program: so there are no frames.
 */
export function projectFile(name: string): string {
  return `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    nodeargs: --stack-trace-limit=0\nmain: index.ts\n`;
}
