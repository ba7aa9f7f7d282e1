/** A kind of secret, and how it looks. */
interface Pattern {
  readonly kind: string;
  readonly pattern: RegExp;
}

/** A value that is fetched, named or left to the shell is no secret: `$(…)`, `$VARIABLE`, `<…>`. */
const LITERAL = String.raw`["']?(?![$<{%*])[^\s"'$<>{}]{8,}`;

const PATTERNS: readonly Pattern[] = [
  { kind: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { kind: "an AWS access key id", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  {
    kind: "an AWS secret key",
    pattern: new RegExp(String.raw`aws_?secret_?(?:access_?)?key["']?\s*[=:]\s*${LITERAL}`, "i"),
  },
  {
    kind: "a password",
    pattern: new RegExp(String.raw`(?:^|[\s"'_-])(?:password|passwd)["']?\s*[=:]\s*${LITERAL}`, "im"),
  },
  { kind: "a token of GitHub or Slack", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|xox[abprs]-[A-Za-z0-9-]{10,})/ },
];

/** Kinds of secrets that a text seems to hold; never the secrets themselves. */
export function secretsIn(text: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(text)).map(({ kind }) => kind);
}
