/**
 * Makes the pictures of README: real runs, their job summaries as the runner gets them, drawn by a browser in the
 * manner of GitHub. Needs pngquant, a Chromium, or CHROMIUM with the path of one, and the network for two packages that
 * draw; they go to a temporary directory, because nothing else here needs them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../test/support/runner.ts';
import { generate, makeScene, type Scene } from './scene.ts';

const PACKAGES = ['marked@18.2.1', 'mermaid@12.3.0'];
const WIDTH = 920;
const CHROMIUM = process.env['CHROMIUM'] ?? 'chromium';
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
];

const TSC = join(PROJECT, 'node_modules/.bin/tsc');
const PUBLISH = {
  'task-id': 'TYPES-42',
  message: 'feat: types of the restriction rules',
  run: generate('^NoRestricted.*Options$'),
  'consistency-command': `cd "$ATOMIC_STAGING" && "${TSC}" --noEmit --skipLibCheck --allowImportingTsExtensions *.ts && echo "$(ls *.ts | wc -l) files, no errors"`,
  'message-command': 'grep "^Task-ID: TYPES-" "$ATOMIC_MESSAGE_FILE"',
};

/** The runs, by the names of their pictures. */
const RUNS: Record<string, { expected: number; play: (scene: Scene) => ReturnType<Scene['run']> }> = {
  commit: { expected: 0, play: (scene) => scene.run(PUBLISH) },
  'refused-gate': {
    expected: 63,
    play: (scene) => {
      const mistake = 'echo "export const limit: number = \'ten\';" >> "$ATOMIC_STAGING/index.ts"';
      return scene.run({ ...PUBLISH, run: `${PUBLISH.run}\n${mistake}` });
    },
  },
  rollback: {
    expected: 65,
    play: (scene) => {
      scene.refusePushes('policy: the release branch is frozen until Monday');
      return scene.run({ ...PUBLISH, run: generate('^NoExcessive.*Options$') });
    },
  },
};

const STYLE = `
  body { margin: 0; background: #fff; color: #1f2328; width: ${WIDTH}px;
    font: 15px/1.5 'Liberation Sans', sans-serif, 'Noto Color Emoji'; }
  main { padding: 8px 28px 20px; }
  h2, h3 { border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin: 18px 0 12px; line-height: 1.25; }
  h2 { font-size: 21px; } h3 { font-size: 17px; border: 0; margin-bottom: 6px; }
  p { margin: 0 0 10px; }
  a { color: #0969da; text-decoration: none; }
  table { border-collapse: collapse; margin: 0 0 14px; display: block; width: max-content; max-width: 100%; overflow: auto; }
  th, td { border: 1px solid #d1d9e0; padding: 4px 11px; text-align: left; }
  thead:not(:has(th:not(:empty))) { display: none; }
  tr:nth-child(2n) td { background: #f6f8fa; }
  code, pre { font: 13px/1.45 'Liberation Mono', monospace; }
  code { background: #818b981f; border-radius: 6px; padding: .2em .4em; }
  td code { font-size: 12px; }
  pre { background: #f6f8fa; border-radius: 6px; padding: 12px; overflow: hidden; margin: 0 0 14px; }
  pre code { background: none; padding: 0; }
  details { margin: 0 0 12px; } summary { margin-bottom: 8px; }
  pre.mermaid { background: none; padding: 0; border: 1px solid #d1d9e0; border-radius: 6px; }
`;

/** A page that draws the summary, and then names its own height. */
const page = (markdown: string) => `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main></main>
<script src="node_modules/marked/lib/marked.umd.js"></script>
<script src="node_modules/mermaid/dist/mermaid.min.js"></script>
<script>
  const main = document.querySelector('main');
  main.innerHTML = marked.parse(${JSON.stringify(markdown).replaceAll('<', '\\u003c')});
  for (const code of document.querySelectorAll('code.language-mermaid')) {
    const pre = Object.assign(document.createElement('pre'), { className: 'mermaid', textContent: code.textContent });
    code.parentElement.replaceWith(pre);
  }
  mermaid.initialize({ startOnLoad: false, theme: 'default' });
  mermaid.run().then(() => 'drawn', (error) => 'Mermaid: ' + error.message).then((said) => {
    document.title = said + ' ' + Math.ceil(main.getBoundingClientRect().height);
    for (const script of document.querySelectorAll('script')) script.remove();
  });
</script>`;

function draw(name: string, markdown: string, workshop: string): void {
  const drawing = join(workshop, `${name}.html`);
  writeFileSync(drawing, page(markdown));
  const browse = (...flags: string[]) =>
    execFileSync(CHROMIUM, [...FLAGS, `--user-data-dir=${join(workshop, 'profile')}`, ...flags], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const drawn = browse(
    `--window-size=${WIDTH},2000`,
    '--virtual-time-budget=20000',
    '--dump-dom',
    `file://${drawing}`,
  );
  const [, said, height] = /<title>(.*) (\d+)<\/title>/.exec(drawn) ?? [];
  if (said !== 'drawn') throw new Error(`the summary of ${name} cannot be drawn: ${said ?? 'no answer'}`);
  writeFileSync(drawing, drawn);
  const picture = join(PROJECT, `docs/pictures/${name}.png`);
  // What a browser calls its window is larger than what it shows of the page.
  browse(
    `--window-size=${WIDTH},${height}`,
    '--force-device-scale-factor=1.5',
    `--screenshot=${picture}`,
    `file://${drawing}`,
  );
  execFileSync('pngquant', ['--force', '--speed=1', '--output', picture, '64', picture]);
  console.log(`docs/pictures/${name}.png ${readFileSync(picture).length} bytes`);
}

const workshop = mkdtempSync(join(tmpdir(), 'atomic-pictures-'));
const scene = await makeScene();
try {
  mkdirSync(join(PROJECT, 'docs/pictures'), { recursive: true });
  writeFileSync(join(workshop, 'package.json'), '{}');
  execFileSync('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], {
    cwd: workshop,
  });
  for (const [name, { expected, play }] of Object.entries(RUNS)) {
    const step = await play(scene);
    if (step.exitCode !== expected)
      throw new Error(`${name} ended with exit code ${step.exitCode}:\n${step.log}`);
    draw(name, step.summary, workshop);
    if (process.argv[2]) writeFileSync(join(process.argv[2], `${name}.md`), step.summary);
  }
} finally {
  await scene.close();
  rmSync(workshop, { recursive: true, force: true });
}
