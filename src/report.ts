/** What people see of a run while it runs (clause 18): log groups with durations, progress, one annotation per failure. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { EXIT_CODES, type TransactionError } from './errors.ts';
import { inertText } from './filter.ts';
import type { Verdict } from './gates.ts';
import { cut } from './markdown.ts';
import { count, duration, size } from './quantities.ts';
import type { Phase } from './summary.ts';
import { versions } from './versions.ts';

/** How many lines of what failed the annotation has; the summary has more. */
const SHOWN_LINES = 5;
const PROGRESS_EVERY_MS = 2000;
/** A step that says nothing for so long is said to run still. */
const QUIET_MS = 10_000;
const LONGEST_QUIET_MS = 60_000;

export type OutputValue = string | number | boolean;

/** A message that goes into an output: the tools' own words may have several lines. */
export function oneLine(text: string): string {
  const lines = text.split(/[\p{Cc}\u2028\u2029]+/u).map((line) => line.trim());
  return lines.filter(Boolean).join(' ');
}

/** Writes the output `checksums` to the runner's temp directory and returns its path. */
export function writeChecksums(temp: string, name: string, lines: string): string {
  const path = join(temp, `SHA256SUMS-${name}`);
  writeFileSync(path, lines);
  return path;
}

export class Report {
  readonly phases: Phase[] = [];
  readonly verdicts: Verdict[] = [];
  readonly #progressMs: number;
  readonly #quietMs: number;
  #saidAt = 0;

  constructor({ progressMs = PROGRESS_EVERY_MS, quietMs = QUIET_MS } = {}) {
    this.#progressMs = progressMs;
    this.#quietMs = quietMs;
  }

  /** Writes to the log; nothing in the text can command the runner. */
  readonly say = (message: string): void => {
    this.#saidAt = performance.now();
    core.info(inertText(message));
  };

  readonly warn = (message: string): void => core.warning(inertText(message), { title: 'Atomic Publish' });

  /** One step of clause 3: a log group that closes with its duration. */
  readonly step = async <T>(name: string, perform: () => Promise<T>): Promise<T> => {
    const phase: Phase = { name, beganAt: new Date(), milliseconds: 0, failed: true };
    const startedAt = performance.now();
    core.startGroup(name);
    this.phases.push(phase);
    const stop = this.#watch(name, startedAt);
    try {
      const result = await perform();
      phase.failed = false;
      return result;
    } finally {
      stop();
      phase.milliseconds = performance.now() - startedAt;
      this.say(`${name}: ${phase.failed ? 'failed after' : 'done in'} ${duration(phase.milliseconds)}`);
      core.endGroup();
    }
  };

  /** Says, ever less often, that a step still runs that says nothing itself: a push, a pack, a quiet command. */
  #watch(name: string, startedAt: number): () => void {
    let timer: NodeJS.Timeout;
    const wait = (milliseconds: number) => {
      timer = setTimeout(() => {
        const now = performance.now();
        if (now - this.#saidAt >= this.#quietMs) this.say(`${name}: ${duration(now - startedAt)} so far`);
        wait(Math.min(now - startedAt, LONGEST_QUIET_MS));
      }, milliseconds).unref();
    };
    wait(this.#quietMs);
    return () => clearTimeout(timer);
  }

  /** Says every two seconds how far long work has come. */
  readonly progress = (doing: string): ((files: number, bytes: number) => void) => {
    const startedAt = performance.now();
    let saidAt = startedAt;
    return (files, bytes) => {
      const now = performance.now();
      if (now - saidAt < this.#progressMs) return;
      saidAt = now;
      const rate = size(Math.round((bytes * 1000) / (now - startedAt)));
      this.say(`${doing}: ${count(files, 'file')}, ${size(bytes)}, ${rate}/s`);
    };
  };

  /**
   * The one annotation of a failure: its title carries code and name, its text what happened, the last lines of what failed, and what
   * to do. Of a bug the log gets everything that helps to mend it.
   */
  fail(error: TransactionError, restored: string): void {
    for (const line of error.tail) core.info(inertText(`  | ${line.trimEnd()}`));
    if (error.bug) this.say(`${error.bug.stack ?? error.bug.message}\n${versions()}`);
    const unsaid = error.tail.filter((line) => !error.message.includes(line.trim()));
    const last = unsaid.slice(-SHOWN_LINES).map((line) => inertText(`  | ${cut(line.trimEnd(), 200)}`));
    const message = inertText(cut(error.message, 2000));
    const text = [message, ...last, restored, error.remedy].filter(Boolean).join('\n');
    core.error(text.slice(0, 4000), { title: `Atomic Publish: ${EXIT_CODES[error.code]} ${error.code}` });
  }

  /** Sets the outputs; where the runner's file for them cannot be written the exit code still speaks. */
  setOutputs(outputs: readonly (readonly [string, OutputValue])[]): void {
    try {
      for (const [name, value] of outputs) core.setOutput(name, value);
    } catch (error) {
      this.warn(`The outputs could not be set: ${(error as Error).message}`);
    }
  }

  /** Returns what `write` does; that it cannot is a warning, for the transaction has ended. */
  keep(what: string, write: () => string): string {
    try {
      return write();
    } catch (error) {
      this.warn(`The ${what} could not be written: ${(error as Error).message}`);
      return '';
    }
  }

  /** Writes the job summary; a runner without one is none of our business, a failure to write it a warning. */
  summarize(markdown: string): void {
    const path = process.env['GITHUB_STEP_SUMMARY'];
    if (!path) return;
    try {
      appendFileSync(path, markdown);
    } catch (error) {
      this.warn(`The job summary could not be written: ${(error as Error).message}`);
    }
  }
}
