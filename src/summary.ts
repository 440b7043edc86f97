/** The job summary (clause 18): the verdict first, then what led to it. Far below the 1 MiB a step may write. */
import { EXIT_CODES, type TransactionError } from './errors.ts';
import { inertText } from './filter.ts';
import type { Verdict } from './gates.ts';
import { cut, escapeMarkdown, fence, fold, table } from './markdown.ts';
import { count, duration, size } from './quantities.ts';
import { type Tree, totalBytes } from './tree.ts';

/** Each limit counts characters, of which one takes 12 bytes when it is escaped and three when it is not. */
const LONGEST = { sentence: 4000, cell: 500, path: 250, line: 500, output: 8000 };
const ROWS = 50;
/** So many files are shown without a click. */
const OPEN_ROWS = 8;
const BARS = 60;
/** Of a hash; the manifest has all of it. */
const SHOWN_DIGITS = 16;

export interface Phase {
  name: string;
  beganAt: Date;
  milliseconds: number;
  failed: boolean;
}

export interface Summary {
  failure: TransactionError | undefined;
  /** The verdict of a run that did not fail. */
  success: string;
  /** What happened, in a sentence. */
  headline: string;
  /** What was put back, in a sentence; empty: nothing had to be. */
  restored: string;
  /** Names and what they stand for; a value that is Markdown already is in `markdown`. */
  facts: readonly (readonly [string, string | { markdown: string }])[];
  /** The message of the new commit with its trailers; empty: none was made. */
  message: string;
  phases: readonly Phase[];
  verdicts: readonly Verdict[];
  tree: Tree;
  /** Names and values of the outputs. */
  outputs: readonly (readonly [string, string])[];
}

/** What every summary has that says nothing of its own about a part. */
export const EMPTY_SUMMARY: Omit<Summary, 'headline'> = {
  failure: undefined,
  success: '',
  restored: '',
  facts: [],
  message: '',
  phases: [],
  verdicts: [],
  tree: [],
  outputs: [],
};

const sentence = (text: string) => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
  return escapeMarkdown(cut(whole, LONGEST.sentence));
};
const cell = (text: string) => escapeMarkdown(cut(text, LONGEST.cell));

export function renderSummary(summary: Summary): string {
  const { failure, success, headline, restored } = summary;
  const parts = [
    `## ${failure ? `❌ ${failure.code} (exit code ${EXIT_CODES[failure.code]})` : `✅ ${success}`}\n`,
    `${sentence(headline)}\n`,
    restored && `**${sentence(restored)}**\n`,
    failure && `**What to do next:** ${sentence(failure.remedy)}\n`,
    facts(summary),
    lastOutput(summary),
    summary.message && `### Commit\n\n${printed(summary.message.trim().split('\n'))}`,
    gates(summary.verdicts),
    timeline(summary.phases),
    manifest(summary),
    outputs(summary),
  ];
  return `${parts.filter(Boolean).join('\n')}\n`;
}

function facts({ facts: known }: Summary): string {
  if (known.length === 0) return '';
  const rows = known.map(([name, value]) => [name, typeof value === 'string' ? cell(value) : value.markdown]);
  return table(['', ''], rows);
}

/** The last lines that fit, as they were printed. */
function printed(lines: readonly string[]): string {
  const text = lines.map((line) => cut(line.trimEnd(), LONGEST.line)).join('\n');
  return fence(inertText(text.slice(-LONGEST.output)));
}

/** What the command printed that failed the run, unless it was a gate's, which stands there. */
function lastOutput({ failure, verdicts }: Summary): string {
  const tail = failure?.tail ?? [];
  if (tail.length === 0 || verdicts.some((verdict) => !verdict.passed && verdict.tail === tail)) return '';
  return `### Last output\n\n${printed(tail)}`;
}

function gates(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  const rows = verdicts.map(({ gate, source, passed, reason }) => [
    gate,
    source,
    passed ? '✅ yes' : '❌ **no**',
    cell(reason),
  ]);
  const said = verdicts
    .filter(({ tail }) => tail.length > 0)
    .map(({ source, tail, passed }) => fold(`The end of what ${source} printed`, printed(tail), !passed));
  return ['### Gates\n', table(['gate', 'input', 'verdict', 'reason'], rows), ...said].join('\n');
}

function manifest({ tree, failure, success }: Summary): string {
  if (tree.length === 0) return '';
  const rows = tree
    .slice(0, ROWS)
    .map((entry) => [
      escapeMarkdown(cut(entry.path, LONGEST.path)),
      entry.mode,
      size(entry.size).replace(' ', '&nbsp;'),
      `\`${entry.sha256.slice(0, SHOWN_DIGITS)}…\``,
    ]);
  const total = `${count(tree.length, 'file')}, ${size(totalBytes(tree))}`;
  const title = tree.length > ROWS ? `The first ${ROWS} of ${total}` : total;
  const isPublished = !failure && !success.startsWith('CHECKED');
  const isInDoubt = failure?.code === 'ROLLBACK_FAILED';
  const heading = isPublished ? 'Manifest' : isInDoubt ? 'Outputs' : 'Not published';
  return [
    `### ${heading}\n`,
    fold(title, table(['path', 'mode', 'size', 'SHA-256'], rows), rows.length <= OPEN_ROWS),
  ].join('\n');
}

function outputs({ outputs: values }: Summary): string {
  if (values.length === 0) return '';
  const rows = values.map(([name, value]) => [`\`${name}\``, cell(value)]);
  return fold('Outputs of this step', table(['output', 'value'], rows));
}

/**
 * The name of a phase as Mermaid takes it for nothing else: without its punctuation, and with something invisible in
 * front, because `click`, `section` and the like are words of its language at the start of a line.
 */
function label(name: string): string {
  return `\u200b${cut(name.replace(/[^\p{L}\p{N} .-]+/gu, ''), 60)}`;
}

function timeline(phases: readonly Phase[]): string {
  if (phases.length === 0) return '';
  const start = phases[0]!.beganAt.getTime();
  const last = phases.at(-1)!;
  const total = last.beganAt.getTime() + last.milliseconds - start;
  const thinnest = Math.ceil(total / 200); // What is shorter would not be seen.
  const bars = phases.slice(0, BARS).map(({ name, beganAt, milliseconds, failed }) => {
    const from = beganAt.getTime() - start;
    const to = from + Math.max(1, thinnest, Math.round(milliseconds));
    return `  ${label(name)} (${duration(milliseconds)}) :${failed ? 'crit, ' : ''}${from}, ${to}`;
  });
  const head = ['gantt', '  dateFormat x', `  axisFormat ${total >= 60_000 ? '%M:%S' : '%-S.%L s'}`];
  return ['### Timeline\n', '```mermaid', ...head, ...bars, '```', ''].join('\n');
}
