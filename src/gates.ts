/** Gates (clause 4): a yes or a no that must be a yes. Whatever is not clearly a yes is a no. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type FailureName, TransactionError } from './errors.ts';
import type { GateInput } from './inputs.ts';
import { isObject, type Json, parseJson } from './json.ts';
import { quote, shortQuote } from './paths.ts';
import { count } from './quantities.ts';
import { oneLine } from './report.ts';
import type { UserResult } from './shell.ts';

export type GateName = 'consistency' | 'message';

/** Who says yes or no: a gate before the outputs are in place, the validation with them there. */
export type Judge = GateName | 'validation';

export interface Verdict {
  gate: Judge;
  /** Where the verdict comes from: the input's name. */
  source: string;
  passed: boolean;
  /** What was read or how the command ended. */
  reason: string;
  /** The end of a command's output. */
  tail: readonly string[];
}

export const FAILURES: Record<Judge, FailureName> = {
  consistency: 'CONSISTENCY_VALIDATION_FAILED',
  message: 'MESSAGE_VALIDATION_FAILED',
  validation: 'ATOMIC_COMMIT_FAILED',
};

const MAY = 'it may be PASS, success, check:NAME, or the path of a JSON file or SARIF log';
const MAX_RESULT_BYTES = 256 * 1024 * 1024;

const isYes = (value: unknown) => typeof value === 'string' && /^(pass|success)$/i.test(value);

/** Throws 63 or 64 when the verdict of a gate is a no, and 65 when that of the validation is. */
export function requireYes({ gate, passed, reason, tail, source }: Verdict): void {
  if (passed) return;
  const [judge, short] = gate === 'validation' ? [gate, gate] : [`${gate} gate`, 'gate'];
  const isLate = /\bgate-timeout \(/.test(reason);
  throw new TransactionError(FAILURES[gate], `the ${judge} says no: ${reason}`, {
    tail,
    next: isLate
      ? `Raise gate-timeout, or see why input ${source} takes so long.`
      : `Mend what the ${short} found (input ${source}) and run again.`,
  });
}

/** Reads a result that an earlier step or job handed in: `PASS`, `success`, or the path of a JSON or SARIF file. */
export function judgeResult(gate: GateName, input: GateInput, workingDirectory: string): Verdict | undefined {
  if (input.result === undefined) return undefined;
  return verdictOf(gate, readResult(input.result.trim(), workingDirectory));
}

/** The name of the check that a result refers to as `check:NAME`. */
export function namedCheck({ result }: GateInput): string | undefined {
  return /^check:(.+)/s.exec((result ?? '').trim())?.[1]?.trim() || undefined;
}

/** The verdict of a result that was handed in. */
export function verdictOf(gate: GateName, [passed, reason]: readonly [boolean, string]): Verdict {
  return { gate, source: `${gate}-result`, passed, reason, tail: [] };
}

export function judgeCommand(gate: Judge, result: UserResult): Verdict {
  const source = `${gate}-command`;
  const passed = result.failure === undefined;
  const reason = `${source} ${result.failure ?? 'ended with exit code 0'}`;
  return { gate, source, passed, reason, tail: result.tail };
}

function readResult(value: string, workingDirectory: string): [boolean, string] {
  if (value === '') return [false, `the result is empty, as an expression is that names nothing: ${MAY}`];
  const shown = shortQuote(value);
  if (isYes(value)) return [true, `the result is ${shown}`];
  const path = resolve(workingDirectory, value);
  const size = sizeOfFile(path);
  if (size === undefined) {
    return [false, `the result is ${shown}, which is no file here either: ${MAY}`];
  }
  if (size > MAX_RESULT_BYTES) return [false, `${shown} is larger than 256 MiB`];
  let document: unknown;
  try {
    document = parseJson(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    return [false, `${shown} cannot be read as JSON: ${oneLine((error as Error).message)}`];
  }
  const [passed, reason] = judgeDocument(document);
  return [passed, `${shown}: ${reason}`];
}

/** `undefined` where there is no file that can be read; a result may be any text, and no name of a file at all. */
function sizeOfFile(path: string): number | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/** The verdict of a parsed JSON document: a SARIF 2.1.0 log, or an object with `result` or `status`. */
function judgeDocument(document: unknown): [boolean, string] {
  if (!isObject(document)) return [false, 'it is not a JSON object'];
  if ('runs' in document) return judgeSarif(document);
  const members = ['result', 'status'].filter((name) => Object.hasOwn(document, name));
  if (members.length === 0)
    return [false, 'it has neither a "result" nor a "status" member, and is no SARIF log'];
  const no = members.find((name) => !isYes(document[name]));
  if (no) return [false, `"${no}" is ${quoteValue(document[no])}`];
  return [true, members.map((name) => `"${name}" is ${quoteValue(document[name])}`).join(' and ')];
}

const quoteValue = (value: unknown) =>
  shortQuote(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Every level of SARIF 3.27.10 but "error"; a level nobody defined is not a yes either. */
const HARMLESS = new Set<unknown>(['none', 'note', 'warning']);

/** Every kind of SARIF 3.27.9 but "fail", which is what a result without one is: their level is "none". */
const HARMLESS_KINDS = new Set<unknown>(['pass', 'open', 'informational', 'notApplicable', 'review']);

function judgeSarif(log: Json): [boolean, string] {
  if (log['version'] !== '2.1.0') {
    return [false, `it is SARIF version ${quoteValue(log['version'])}; only 2.1.0 is read`];
  }
  const { runs } = log;
  if (!Array.isArray(runs) || runs.length === 0) return [false, 'the SARIF log holds no run'];
  let results = 0;
  for (const run of runs) {
    if (!isObject(run)) return [false, 'a run of the SARIF log is not an object'];
    const { results: found, invocations = [] } = run;
    // SARIF 3.14.23: null means the results are unknown, absent that none were computed.
    if (!Array.isArray(found)) return [false, 'a run of the SARIF log has no results: it was not completed'];
    if (!Array.isArray(invocations)) return [false, 'the invocations of a SARIF run are not a list'];
    if (!invocations.every(hasSucceeded)) {
      return [false, 'a run of the SARIF log says that the tool did not succeed'];
    }
    for (const result of found) {
      if (!isObject(result)) return [false, 'a result of the SARIF log is not an object'];
      const { kind = 'fail' } = result;
      if (kind !== 'fail' && !HARMLESS_KINDS.has(kind))
        return [false, `SARIF result of kind ${quoteValue(kind)}: ${describe(result)}`];
      const level = levelOf(result, run);
      if (!HARMLESS.has(level))
        return [false, `SARIF result of level ${quoteValue(level)}: ${describe(result)}`];
      results += 1;
    }
  }
  return [true, `SARIF log without errors (${count(results, 'result')})`];
}

/** Some tools leave the member out; whatever else it holds is no yes. */
const hasSucceeded = (invocation: unknown) =>
  isObject(invocation) && [undefined, true].includes(invocation['executionSuccessful'] as undefined);

/**
 * A result's own level, else its rule's (SARIF 3.27.10): what an invocation overrides, or the rule's default, or
 * "warning". Rules of several components may share an index or an id: one that says "error" is enough.
 */
function levelOf(result: Json, run: Json): unknown {
  if (result['level'] !== undefined) return result['level'];
  if (HARMLESS_KINDS.has(result['kind'])) return 'none';
  const reference = object(result['rule']);
  const id = result['ruleId'] ?? reference['id'];
  const index = result['ruleIndex'] ?? reference['index'];
  const isRule = (rule: Json, at: unknown) =>
    (index !== undefined && at === index) ||
    (typeof id === 'string' &&
      typeof rule['id'] === 'string' &&
      (rule['id'] === id || id.startsWith(`${rule['id']}/`)));

  const tool = object(run['tool']);
  const components = [object(tool['driver']), ...objects(tool['extensions'])];
  const defaults = components.flatMap((component) =>
    objects(component['rules'])
      .filter((rule, at) => isRule(rule, at))
      .map((rule) => object(rule['defaultConfiguration'])),
  );
  const overrides = objects(run['invocations'])
    .flatMap((invocation) => objects(invocation['ruleConfigurationOverrides']))
    .filter((override) => isRule(object(override['descriptor']), object(override['descriptor'])['index']))
    .map((override) => object(override['configuration']));
  const levels = [...defaults, ...overrides].map((configuration) => configuration['level']);
  const harmful = levels.filter((level) => level !== undefined && !HARMLESS.has(level));
  return harmful.length > 0 ? harmful[0] : 'warning';
}

const object = (value: unknown): Json => (isObject(value) ? value : {});
/** Each member in its place: an index may point to it. */
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);

function describe(result: Json): string {
  const message = isObject(result['message']) ? result['message']['text'] : undefined;
  return [result['ruleId'], message]
    .filter((part) => typeof part === 'string')
    .map((part) => quote((part as string).slice(0, 300)))
    .join(' ');
}
