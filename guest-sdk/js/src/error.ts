/** The rule says that it cannot judge: the interaction becomes `indeterminate` with this message. Any other exception is a fault. */
export class RuleError extends Error {
  override readonly name: string = "RuleError";
}

/** A text that is not what it should be. */
export class ParseError extends RuleError {
  override readonly name: string = "ParseError";

  constructor(text: string, expected: string) {
    super(`expected ${expected}, found ${JSON.stringify(text)}`);
  }
}
