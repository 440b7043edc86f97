/** Time over files and over bytes, as the charts of docs/performance.md. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, ours, plain, type Work } from './sides.ts';
import { generate, median } from './workload.ts';

const PAGE = join(import.meta.dirname, '../docs/performance.md');
const MIB = 1024 * 1024;
const RUNS = 3;

/** One chart in Mermaid's words, which GitHub draws. */
function chart(title: string, unit: string, steps: readonly number[], times: readonly number[][]): string {
  const seconds = times.map((side) => side.map((value) => (value / 1000).toFixed(2)));
  const highest = Math.ceil(Math.max(...times.flat()) / 1000);
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title}"`,
    `  x-axis "${unit}" [${steps.join(', ')}]`,
    `  y-axis "seconds" 0 --> ${highest}`,
    ...seconds.map((side) => `  line [${side.join(', ')}]`),
    '```',
    '',
  ].join('\n');
}

async function measured(steps: readonly number[], workOf: (step: number) => Work): Promise<number[][]> {
  const times: number[][] = [[], []];
  for (const step of steps) {
    const work = workOf(step);
    const sides = await compare(work.runs, [() => plain(work), () => ours(work)]);
    for (const [at, side] of sides.entries()) times[at]!.push(median(side.map((one) => one.milliseconds)));
    console.log(work.name.padEnd(24), ...times.map((side) => `${side.at(-1)!.toFixed(0)} ms`));
  }
  return times;
}

/** Measures, and writes both charts between the marks of the page. */
export async function drawLinear(): Promise<void> {
  const files = [2000, 4000, 6000, 8000, 10_000];
  const megabytes = [20, 40, 60, 80, 100];
  const byFiles = await measured(files, (count) => ({
    name: `${count} files`,
    runs: RUNS,
    outputs: (build) => generate(build, count),
  }));
  const byBytes = await measured(megabytes, (size) => ({
    name: `4 files, ${size} MiB`,
    runs: 1, // Plain git takes half a second for each megabyte.
    outputs: (build) => {
      mkdirSync(build, { recursive: true });
      for (let n = 0; n < 4; n += 1) writeFileSync(join(build, `${n}.bin`), randomBytes((size / 4) * MIB));
    },
  }));
  const charts = [
    chart('New files of 1 to 8 KB: plain git above, ours below', 'files', files, byFiles),
    chart('Four files that do not compress: plain git above, ours below', 'MiB', megabytes, byBytes),
  ].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const between = /(<!-- charts -->\n).*(<!-- end of charts -->)/s;
  if (!between.test(page)) throw new Error(`${PAGE} has no marks for the charts`);
  writeFileSync(
    PAGE,
    page.replace(between, (_, start, end) => `${start}${charts}${end}`),
  );
}
