/** What people see of a run (clause 18): log groups with durations, one annotation per failure, a job summary. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { EXIT_CODES, type TransactionError } from './errors.ts';
import { inert, inertText } from './filter.ts';
import type { Verdict } from './gates.ts';
import { type Tree, totalBytes } from './tree.ts';

const PROGRESS_EVERY_MS = 2000;
const SUMMARY_ROWS = 50;
const MIB = 1024 * 1024;

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < MIB ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

export interface Phase {
  name: string;
  beganAt: Date;
  milliseconds: number;
  failed: boolean;
}

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

  /** Writes to the log; nothing in the text can command the runner. */
  readonly say = (message: string): void => core.info(inertText(message));

  readonly warn = (message: string): void => core.warning(inertText(message), { title: 'Atomic Publish' });

  /** One step of clause 3: a log group that closes with its duration. */
  readonly step = async <T>(name: string, perform: () => Promise<T>): Promise<T> => {
    const phase: Phase = { name, beganAt: new Date(), milliseconds: 0, failed: true };
    const startedAt = performance.now();
    core.startGroup(name);
    this.phases.push(phase);
    try {
      const result = await perform();
      phase.failed = false;
      return result;
    } finally {
      phase.milliseconds = performance.now() - startedAt;
      this.say(`${name}: ${phase.failed ? 'failed after' : 'done in'} ${seconds(phase.milliseconds)}`);
      core.endGroup();
    }
  };

  /** Says every two seconds how far long work has come. */
  progress(doing: string): (files: number, bytes: number) => void {
    const startedAt = performance.now();
    let saidAt = startedAt;
    return (files, bytes) => {
      const now = performance.now();
      if (now - saidAt < PROGRESS_EVERY_MS) return;
      saidAt = now;
      this.say(`${doing}: ${files} files, ${size(bytes)}, ${size((bytes * 1000) / (now - startedAt))}/s`);
    };
  }

  /** The one annotation of a failure: its title carries code and name, its text what happened and what to do. */
  fail(error: TransactionError, restored: string): void {
    for (const line of error.tail) core.info(inertText(`  | ${line}`));
    const text = [inertText(error.message), restored, error.next].filter(Boolean).join('\n');
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

export interface Summary {
  exitName: keyof typeof EXIT_CODES;
  /** The verdict of a run that did not fail. */
  success: string;
  headline: string;
  facts: [string, string][];
  phases: readonly Phase[];
  verdicts: readonly Verdict[];
  tail: readonly string[];
  tree: Tree;
  next: string | undefined;
}

/** Text for a Markdown table cell or paragraph: nothing in it is markup, a link, a mention or a new cell. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[&<>`|\\*_[\]()#.~@:$]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const fence = (lines: readonly string[]) => {
  const text = lines.map((line) => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}text\n${text}\n${mark}\n`;
};

/** The job summary: the verdict first, then what led to it. Stays far below the 1 MiB a step may write. */
export function renderSummary(summary: Summary): string {
  const { exitName, phases, verdicts, tree, tail } = summary;
  const code = EXIT_CODES[exitName];
  const verdict = code === 0 ? `✅ ${summary.success}` : `❌ ${exitName} (exit code ${code})`;
  const parts = [`## ${verdict}\n`, `${escapeMarkdown(summary.headline).slice(0, 20_000)}\n`];
  if (summary.next) parts.push(`**What to do next:** ${escapeMarkdown(summary.next).slice(0, 5000)}\n`);
  if (summary.facts.length > 0) {
    const rows = summary.facts.map(
      ([name, value]) => `| ${name} | ${escapeMarkdown(value).slice(0, 2000)} |`,
    );
    parts.push(['| | |', '| --- | --- |', ...rows, ''].join('\n'));
  }
  if (tail.length > 0) parts.push('### Last output\n', fence(tail.map((line) => inert(line.slice(0, 2000)))));
  if (phases.length > 0) parts.push('### Phases\n', timeline(phases));
  if (verdicts.length > 0) {
    const rows = verdicts.map(
      ({ gate, source, passed, reason }) =>
        `| ${gate} | ${source} | ${passed ? 'yes' : '**no**'} | ${escapeMarkdown(reason).slice(0, 2000)} |`,
    );
    parts.push(
      '### Gates\n',
      ['| gate | input | verdict | reason |', '| --- | --- | --- | --- |', ...rows, ''].join('\n'),
    );
  }
  if (tree.length > 0) {
    const rows = tree
      .slice(0, SUMMARY_ROWS)
      .map(
        ({ path, mode, size: bytes, sha256 }) =>
          `| ${escapeMarkdown(path).slice(0, 2000)} | ${mode} | ${bytes} | \`${sha256}\` |`,
      );
    const total = `${tree.length} files, ${size(totalBytes(tree))}`;
    const more = tree.length > SUMMARY_ROWS ? `The first ${SUMMARY_ROWS} of ${total}.` : `${total}.`;
    parts.push(
      '### Manifest\n',
      ['| path | mode | bytes | SHA-256 |', '| --- | --- | --- | --- |', ...rows, '', more, ''].join('\n'),
    );
  }
  return `${parts.join('\n')}\n`;
}

function timeline(phases: readonly Phase[]): string {
  const start = phases[0]!.beganAt.getTime();
  const bars = phases.map(({ name, beganAt, milliseconds, failed }) => {
    const from = beganAt.getTime() - start;
    const to = from + Math.max(1, Math.round(milliseconds));
    return `  ${name.replace(/[:;#,]+/g, '')} (${seconds(milliseconds)}) :${failed ? 'crit, ' : ''}${from}, ${to}`;
  });
  const head = ['gantt', '  dateFormat x', '  axisFormat %S.%L s', '  section Phases'];
  return ['```mermaid', ...head, ...bars, '```', ''].join('\n');
}
