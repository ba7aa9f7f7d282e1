/** A kind of secret, and its pattern. */
interface Pattern {
  readonly kind: string;
  readonly pattern: RegExp;
}

/** A value that is fetched, referenced or left to the shell is not a secret: `$(…)`, `$VARIABLE`, `<…>`, an ARN, a path or a reference. */
const LITERAL = String.raw`["']?(?!arn:|/|(?:ssm|secretsmanager|vault|file|env|ref\+\w+|https?):|!?(?:ref|sub|getatt)\b)(?![$<{%*])[^\s"'$<>{}]{8,}`;

const PATTERNS: readonly Pattern[] = [
  { kind: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: "an AWS access key id", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  {
    kind: "an AWS secret key",
    pattern: new RegExp(String.raw`aws_?secret_?(?:access_?)?key["']?\s*[=:]\s*${LITERAL}`, "i"),
  },
  {
    kind: "a password",
    pattern: new RegExp(String.raw`(?:^|[\s"'_-])(?:password|passwd)["']?\s*[=:]\s*${LITERAL}`, "im"),
  },
  {
    kind: "a password in a URL",
    pattern: /\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s:/?#@'"$<{*]{0,100}:[^\s/@'"$<{*]{1,200}@[^\s'"]/i,
  },
  {
    kind: "a token of GitHub, GitLab or Slack",
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,}|glpat-[\w-]{20,}|xox[abeprs]-[A-Za-z0-9-]{10,})/,
  },
  {
    kind: "a webhook URL that works without authentication",
    pattern:
      /\bhttps:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks|[\w-]+\.webhook\.office\.com)\/[\w/@-]{16,}/,
  },
  { kind: "a key of Stripe or Google", pattern: /\b(?:[rs]k_live_[A-Za-z0-9]{16,}|AIza[\w-]{35})\b/ },
];

/** Kinds of secrets that a text seems to contain; never the secrets themselves. */
export function secretsIn(text: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(text)).map(({ kind }) => kind);
}
