/** Files that the package may contain: code that runs and documents for its users, but nothing of the lab. */
const MAY_HOLD =
  /^((LICENSE|(README|CHANGELOG|CONTRIBUTING|SECURITY|CODE_OF_CONDUCT)\.md|package\.json)|(container|dist|examples|packer\/(boot|scripts|template))\/.*|docs\/.*\.(md|svg|json)|policy\/review\/.*\.yml)$/;

/** Fields of package.json that name files of the package. */
export interface Manifest {
  readonly main?: string;
  readonly types?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** Files that must not be published. Source maps are among them, because they refer to sources that are not published. */
export function strangers(files: readonly string[]): string[] {
  return files.filter((file) => !MAY_HOLD.test(file) || file.endsWith(".map"));
}

/** Files that package.json names but the package does not contain. */
export function missingFiles({ main, types, bin = {}, exports = {} }: Manifest, files: readonly string[]): string[] {
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === "string" ? entry : Object.values(entry)));
  const named = [main, types, ...Object.values(bin), ...entries].flatMap((file) => file?.replace(/^\.\//, "") ?? []);
  return [...new Set(named)].filter((file) => !file.includes("*") && !files.includes(file));
}
