import { readFileSync } from "node:fs";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";

/** The container's settings in a Dockerfile, as Docker reads it. */
export interface ImageFile {
  /** Findings of the Dockerfile's validator. */
  readonly complaints: readonly string[];
  /** The base image, with the defaults of build arguments inserted. */
  readonly base: string;
  /** Each file of the build with its path in the image. */
  readonly files: ReadonlyMap<string, string>;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Entry point and command, as executed. */
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  /** Names of all instructions, in order. */
  readonly instructions: readonly string[];
}

export function readImageFile(path: string): ImageFile {
  const content = readFileSync(path, "utf8");
  const instructions = DockerfileParser.parse(content).getInstructions();
  const all = (keyword: string) => instructions.filter((one) => one.getKeyword() === keyword);
  const only = (keyword: string): Instruction => {
    const [one, ...more] = all(keyword);
    if (one === undefined || more.length > 0)
      throw new Error(`expected one ${keyword}, found ${more.length + (one ? 1 : 0)}`);
    return one;
  };
  const pairs = (keyword: string) =>
    all(keyword)
      .flatMap(words)
      .map((text) => text.split(/=(.*)/s, 2) as [string, string]);
  return {
    complaints: validate(content).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`),
    base: pairs("ARG").reduce(
      (text, [name, value]) => text.replace(`\${${name}}`, value),
      String(words(only("FROM"))[0]),
    ),
    files: new Map(all("COPY").flatMap((copy) => copied(words(copy)))),
    user: String(words(only("USER"))[0]),
    environment: Object.fromEntries(pairs("ENV")),
    command: [...executed(only("ENTRYPOINT")), ...executed(only("CMD"))],
    healthCheck: executed(only("HEALTHCHECK")),
    instructions: instructions.map((one) => one.getKeyword()),
  };
}

function words(instruction: Instruction): string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** Several sources require a folder as the destination. */
function copied(paths: readonly string[]): [string, string][] {
  const into = paths.at(-1) ?? "";
  if (!into.endsWith("/")) throw new Error(`expected COPY into a folder, got '${into}'`);
  return paths.slice(0, -1).map((path) => [path, `${into}${path.slice(path.lastIndexOf("/") + 1)}`]);
}

/** Only the exec form: the image has no shell for the shell form. */
function executed(instruction: Instruction): string[] {
  const text = instruction.getRawArgumentsContent() ?? "";
  return JSON.parse(text.slice(text.indexOf("["))) as string[];
}
