/** GitHub's expressions, evaluated by GitHub's own package, and the templates they stand in. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What a status function such as `success()` answers at the place of the expression. */
export type Status = 'success' | 'failure' | 'cancelled';

export interface Place {
  /** Context name to value. */
  contexts: Record<string, unknown>;
  status?: Status;
}

const TEMPLATE = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\})[^'])*)\}\}/g;
const STATUS_FUNCTIONS: Record<string, (status: Status) => boolean> = {
  success: (status) => status === 'success',
  failure: (status) => status === 'failure',
  cancelled: (status) => status === 'cancelled',
  always: () => true,
};

function evaluateData(expression: string, { contexts, status = 'success' }: Place): data.ExpressionData {
  const functions = Object.entries(STATUS_FUNCTIONS).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer(status)),
  }));
  const names = Object.keys(contexts);
  const parsed = new Parser(new Lexer(expression).lex().tokens, names, functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, known, new Map(functions.map((each) => [each.name, each]))).evaluate();
}

/** The value of an expression, without its braces. */
export function evaluate(expression: string, place: Place): unknown {
  return JSON.parse(JSON.stringify(evaluateData(expression, place), data.replacer));
}

/** A value of a workflow file: an expression that is all of it keeps its type, one in a text becomes text. */
export function resolve(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, place));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each, place)]));
  }
  if (typeof value !== 'string') return value;
  const [whole] = value.trim().matchAll(TEMPLATE);
  if (whole?.[0] === value.trim()) return evaluate(whole[1]!, place);
  return value.replace(TEMPLATE, (_, expression: string) => evaluateData(expression, place).coerceString());
}

/** The same as a text, as in `env` and `with`. */
export function resolveText(value: unknown, place: Place): string {
  if (typeof value !== 'string') return value === undefined || value === null ? '' : String(value);
  return value.replace(TEMPLATE, (_, expression: string) => evaluateData(expression, place).coerceString());
}

/** Whether an `if` holds. Without a function that asks for the status it also asks for success. */
export function holds(condition: unknown, place: Place): boolean {
  const text = String(condition ?? 'success()').trim();
  const [whole] = text.matchAll(TEMPLATE);
  const expression = whole?.[0] === text ? whole[1]! : text;
  const asks = /\b(success|failure|cancelled|always)\s*\(/.test(expression.replaceAll(/'(?:[^']|'')*'/g, ''));
  return evaluate(asks ? `!!(${expression})` : `success() && !!(${expression})`, place) === true;
}
