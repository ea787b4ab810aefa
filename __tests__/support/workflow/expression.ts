import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** The values of the contexts (`github`, `needs`, …) that expressions read. */
export type Contexts = Readonly<Record<string, unknown>>;

/** What success() and failure() ask about what came before. Of a skipped job, both are false. */
export type Status = "success" | "failure" | "skipped";

/** A text in which every `${{ … }}` is replaced by its value. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts).coerceString());
}

/** The same for each value of a mapping. */
export function interpolateAll(values: Readonly<Record<string, unknown>>, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, interpolate(String(value), contexts)]));
}

/**
 * Whether a job or step runs. Without a status function, a condition holds only if all before it has succeeded.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
 */
export function conditionHolds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const expression = (condition ?? "success()").replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const hasStatus = /\b(always|success|failure|cancelled)\s*\(/.test(expression);
  if (!hasStatus && status !== "success") return false;
  const value = evaluate(expression, contexts, status);
  // GitHub's rule for what counts as true: not false, 0, "" or null.
  return !["false", "0", "", "null"].includes(value.coerceString()) || value.kind === data.Kind.Dictionary;
}

/** Evaluates an expression with GitHub's own evaluator. */
function evaluate(expression: string, contexts: Contexts, status: Status = "success"): data.ExpressionData {
  const statusFunction = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  const functions = [
    statusFunction("always", true),
    statusFunction("success", status === "success"),
    statusFunction("failure", status === "failure"),
    statusFunction("cancelled", false),
  ];
  const { tokens } = new Lexer(expression.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}
