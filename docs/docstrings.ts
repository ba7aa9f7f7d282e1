import { join } from "node:path";
import ts from "typescript";

/** The docstring of a type's property, and the type itself. */
export interface Documented {
  /** Empty if there is no docstring. */
  readonly meaning: string;
  /** The value of `@default`. */
  readonly defaultValue?: string;
  /** A property, in any of its variants; for a list or a map, `member` is the type of its members. */
  property(name: string): Documented;
  readonly member: Documented;
}

/**
 * The docstrings of a type that a file exports, and of everything below it.
 *
 * Only our own files are read, since Pulumi and AWS declare thousands of docstrings.
 *
 * @param file relative to the project's folder, such as `stacks/fleet-config.ts`
 */
export function documentedType(file: string, name: string): Documented {
  const path = join(__dirname, "..", file);
  const options: ts.CompilerOptions = {
    strict: true,
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2021,
    lib: ["lib.es2021.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const own = (text: string, from: string) =>
    text.startsWith(".") ? ts.resolveModuleName(text, from, options, host) : { resolvedModule: undefined };
  const program = ts.createProgram([path], options, {
    ...host,
    resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => own(text, from)),
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((one) => one.name === name);
  if (!symbol) throw new Error(`${file} exports no ${name}`);
  return documented(checker, [checker.getDeclaredTypeOfSymbol(symbol)], symbol);
}

/** @param types that a property has, one of each variant of what it stands in */
function documented(checker: ts.TypeChecker, types: readonly ts.Type[], symbol?: ts.Symbol): Documented {
  const variants = types.flatMap((type) => (type.isUnion() ? type.types : [type]));
  const find = (name: string): Documented => {
    const found = variants.flatMap((variant) => checker.getPropertyOfType(variant, name) ?? []);
    const best = found.find((one) => textOf(one.getDocumentationComment(checker)) !== "") ?? found[0];
    return documented(checker, found.map(checker.getTypeOfSymbol), best);
  };
  const members = variants.flatMap(
    (variant) => checker.getIndexTypeOfType(variant, ts.IndexKind.Number) ?? variant.getStringIndexType() ?? [],
  );
  const tag = symbol?.getJsDocTags(checker).find((one) => one.name === "default");
  return {
    meaning: textOf(symbol?.getDocumentationComment(checker)),
    defaultValue: tag && textOf(tag.text),
    property: find,
    get member() {
      return documented(checker, members);
    },
  };
}

function textOf(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return ts.displayPartsToString(parts?.slice()).replace(/\s+/g, " ").trim();
}
