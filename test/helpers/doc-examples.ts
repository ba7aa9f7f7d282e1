import ts from "typescript";

/** The documentation of an exported class of the components. */
export interface DocumentedClass {
  readonly name: string;
  /** The code of each `@example`. */
  readonly examples: readonly string[];
  /** Public properties without a description. */
  readonly bareOutputs: readonly string[];
  /** Whether its constructor documents what it throws. */
  readonly raises: boolean;
}

/** Every class that a module exports, with its documentation. */
export function documentedClasses(program: ts.Program, entry: string): DocumentedClass[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile) as ts.Symbol;
  const exported = checker
    .getExportsOfModule(module)
    .map((one) => (one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one));
  return exported.flatMap((symbol) => {
    const declared = symbol.valueDeclaration;
    return declared && ts.isClassDeclaration(declared) ? [documented(symbol, declared, checker)] : [];
  });
}

function documented(symbol: ts.Symbol, declared: ts.ClassDeclaration, checker: ts.TypeChecker): DocumentedClass {
  const outputs = declared.members.filter(
    (member): member is ts.PropertyDeclaration => ts.isPropertyDeclaration(member) && !isPrivate(member),
  );
  const creation = declared.members.find(ts.isConstructorDeclaration);
  return {
    name: symbol.name,
    examples: symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === "example")
      .map(({ text }) => /```ts\n([\s\S]*?)```/.exec(ts.displayPartsToString(text))?.[1] ?? ""),
    bareOutputs: outputs.map(({ name }) => name.getText()).filter((name) => isBare(symbol, name, checker)),
    raises: creation !== undefined && ts.getJSDocTags(creation).some(({ tagName }) => tagName.text === "throws"),
  };
}

function isPrivate(member: ts.PropertyDeclaration): boolean {
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
}

function isBare(symbol: ts.Symbol, name: string, checker: ts.TypeChecker): boolean {
  return symbol.members?.get(name as ts.__String)?.getDocumentationComment(checker).length === 0;
}
