/**
 * The rules of clause 16 that no schema knows. Each looks at one workflow as text and says, in a sentence that
 * begins with the place, what is wrong; so that they also fit the examples in the documents.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isScalar, LineCounter, parse, parseDocument, visit } from 'yaml';
import { PROJECT } from './runner.ts';

type Json = Record<string, unknown>;

interface Step extends Json {
  name?: string;
  uses?: string;
  run?: string;
  shell?: string;
  with?: Json;
}

interface Job extends Json {
  uses?: string;
  secrets?: unknown;
  permissions?: unknown;
  steps?: Step[];
}

interface Workflow extends Json {
  on: unknown;
  permissions?: unknown;
  jobs: Record<string, Job>;
}

interface Subject {
  workflow: Workflow;
  document: Document.Parsed;
  lineOf: (offset: number) => number;
  /** Each job with its name, as it stands in a sentence. */
  jobs: [string, Job][];
  /** Each step with its place, as it stands in a sentence. */
  steps: [string, Step, Job][];
}

const SHA = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const VERSION = /^ v?\d+(\.\d+)*\b/;
/** The inputs of actions that are run as a command: an expression in the middle of one is a splice. */
const COMMANDS = /^(run|script|command|[\w-]+-command)$/;
const WHOLE = /^\s*\$\{\{(?:(?!\}\}).)*\}\}\s*$/s;
const EXPRESSION = '${' + '{';

const PUBLISH = '.github/workflows/publish.yml';
const OUR_WORKFLOW = /^(\$|\.|\S+\/atomic-publish)\/\.github\/workflows\/publish\.yml(@|$)/;

interface Called {
  workflow_call: { inputs: Record<string, Json>; secrets: Record<string, Json> };
}

const isOurs = (uses: string) =>
  /^(\$\/|\.\/|\S+\/atomic-publish@)/.test(uses) && !uses.includes('/workflows/');

/** A line in the log of a test is more use than an exception: whatever is no object counts as an empty one. */
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

export const RULES = {
  /** A tag moves; the forty digits do not, and nobody can read them without the version beside them. */
  pinned({ document, lineOf }) {
    const faults: string[] = [];
    visit(document, {
      Pair(_, { key, value }) {
        if (!isScalar(key) || key.value !== 'uses' || !isScalar(value)) return;
        const uses = String(value.value);
        const place = `line ${lineOf(value.range![0])}`;
        if (/^(\$\/|\.\/)/.test(uses)) return;
        if (!SHA.test(uses)) faults.push(`${place}: ${uses} is not pinned by a full SHA`);
        else if (!VERSION.test(value.comment ?? '')) {
          faults.push(`${place}: ${uses} has no comment with its version`);
        }
      },
    });
    return faults;
  },

  /** GitHub pastes an expression into the script as text: a title of a pull request becomes shell. */
  spliced({ steps }) {
    return steps.flatMap(([place, { run, with: given }]) => {
      const faults: string[] = [];
      if (run?.includes(EXPRESSION)) faults.push(`${place}: an expression stands in run; pass it by env`);
      for (const [name, value] of Object.entries(object(given))) {
        if (!COMMANDS.test(name) || typeof value !== 'string') continue;
        if (value.includes(EXPRESSION) && !WHOLE.test(value)) {
          faults.push(`${place}: an expression stands inside the command of ${name}; pass it by env`);
        }
      }
      return faults;
    });
  },

  /** Without the key a workflow has what the repository's settings give, which may be everything. */
  permissions({ workflow }) {
    if (workflow.permissions === undefined) return ['the workflow sets no permissions at its top'];
    return writes(workflow.permissions).map(
      (name) => `the workflow grants ${name} to every job; grant it to one`,
    );
  },

  secrets({ jobs }) {
    return jobs
      .filter(([, job]) => job.secrets === 'inherit')
      .map(([place]) => `${place}: secrets: inherit hands over all of them; name each`);
  },

  /** GitHub's own limit is six hours. A job that calls a workflow cannot have one. */
  timeouts({ jobs }) {
    return jobs
      .filter(([, job]) => job.uses === undefined && job['timeout-minutes'] === undefined)
      .map(([place]) => `${place}: has no timeout-minutes`);
  },

  /** By default checkout leaves the token where every later command can read it. */
  credentials({ steps }) {
    return steps
      .filter(([, { uses }]) => uses?.startsWith('actions/checkout@'))
      .filter(([, { with: given }]) => `${object(given)['persist-credentials']}` !== 'false')
      .map(([place]) => `${place}: checkout without persist-credentials: false`);
  },

  /** `shell: bash` is run with pipefail; without it the last command of a pipe alone decides. */
  pipes({ workflow, steps }) {
    const shellOf = (from: unknown) => object(object(object(from)['defaults'])['run'])['shell'];
    return steps
      .filter(([, { run }]) => run !== undefined && /[^|]\|[^|]/.test(run))
      .filter(([, { shell }, job]) => (shell ?? shellOf(job) ?? shellOf(workflow)) === undefined)
      .map(([place]) => `${place}: a pipe without shell: bash hides the failure of its first command`);
  },

  /** They run with the rights of the base repository on what a stranger proposes. */
  triggers({ workflow }) {
    const { on } = workflow;
    const events = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(object(on));
    return ['pull_request_target', 'workflow_run']
      .filter((event) => events.includes(event))
      .map((event) => `the workflow runs on ${event}, which has secrets and a write token`);
  },

  /** A called workflow that takes its caller's group waits for its caller, which waits for it. */
  groups({ workflow, jobs }) {
    const faults: string[] = [];
    const isCalled = Object.hasOwn(object(workflow.on), 'workflow_call');
    for (const [place, owner] of [['the workflow', workflow], ...jobs] as [string, Json][]) {
      const { concurrency } = owner;
      if (concurrency === undefined) continue;
      const settings = typeof concurrency === 'string' ? { group: concurrency } : object(concurrency);
      const group = String(settings['group']);
      if (isCalled && !/^[\w-]{3,}/.test(group)) {
        faults.push(`${place}: the group ${group} may be its caller's; begin it with a word of its own`);
      }
      if (settings['queue'] === 'max' && settings['cancel-in-progress'] === true) {
        faults.push(`${place}: queue: max and cancel-in-progress: true exclude each other`);
      }
    }
    return faults;
  },

  /** `if: ${{ a }} == b` is a text, and a text is true. */
  conditions({ document, lineOf }) {
    const faults: string[] = [];
    visit(document, {
      Pair(_, { key, value }) {
        if (!isScalar(key) || key.value !== 'if' || !isScalar(value)) return;
        const text = String(value.value);
        if (text.includes(EXPRESSION) && !WHOLE.test(text)) {
          faults.push(
            `line ${lineOf(value.range![0])}: an if that is an expression only in part is always true`,
          );
        }
      },
    });
    return faults;
  },

  /**
   * GitHub only warns of an input that an action does not have, and then leaves it out. Of one that a called
   * workflow does not have, or that it requires, it says so only when the run is to begin.
   */
  inputs({ steps, jobs }) {
    const { inputs } = parse(readFileSync(join(PROJECT, 'action.yml'), 'utf8')) as { inputs: Json };
    const ofSteps = steps
      .filter(([, { uses }]) => uses !== undefined && isOurs(uses))
      .flatMap(([place, { with: given }]) =>
        Object.keys(object(given))
          .filter((name) => !Object.hasOwn(inputs, name))
          .map((name) => `${place}: action.yml has no input ${name}`),
      );
    const ofCalls = jobs
      .filter(([, { uses }]) => uses !== undefined && OUR_WORKFLOW.test(uses))
      .flatMap(([place, job]) => callFaults(job).map((fault) => `${place}: publish.yml ${fault}`));
    return [...ofSteps, ...ofCalls];
  },
} satisfies Record<string, (subject: Subject) => string[]>;

export type RuleName = keyof typeof RULES;

/** What a call of the reusable workflow gives that it does not have, or leaves out that it needs. */
function callFaults(job: Job): string[] {
  const { inputs, secrets } = (
    parse(readFileSync(join(PROJECT, PUBLISH), 'utf8')) as Workflow & { on: Called }
  ).on.workflow_call;
  const given = { inputs: Object.keys(object(job['with'])), secrets: Object.keys(object(job.secrets)) };
  return [
    ...given.inputs.filter((name) => !Object.hasOwn(inputs, name)).map((name) => `has no input ${name}`),
    ...Object.keys(inputs)
      .filter((name) => inputs[name]!['required'] === true && !given.inputs.includes(name))
      .map((name) => `requires the input ${name}`),
    ...given.secrets.filter((name) => !Object.hasOwn(secrets, name)).map((name) => `has no secret ${name}`),
    ...(object(job.permissions)['contents'] === 'write'
      ? []
      : ['needs a caller that grants contents: write']),
  ];
}

/** The names of the permissions in a block that may change something. */
function writes(permissions: unknown): string[] {
  if (typeof permissions === 'string') return permissions === 'read-all' ? [] : [permissions];
  return Object.entries(object(permissions))
    .filter(([, level]) => level === 'write')
    .map(([name]) => `${name}: write`);
}

function subjectOf(text: string): Subject {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) throw document.errors[0];
  const workflow = document.toJS() as Workflow;
  const jobs = Object.entries(workflow.jobs).map(([id, job]): [string, Job] => [`job ${id}`, job]);
  return {
    workflow,
    document,
    lineOf: (offset) => lines.linePos(offset).line,
    jobs,
    steps: jobs.flatMap(([place, job]) =>
      (job.steps ?? []).map((step, at): [string, Step, Job] => [
        `${place}, step ${at + 1}${step.name ? ` (${step.name})` : ''}`,
        step,
        job,
      ]),
    ),
  };
}

/** What the rules say about a workflow, each sentence behind the name of its rule. */
export function ruleFaults(text: string, { except = [] }: { except?: readonly RuleName[] } = {}): string[] {
  const subject = subjectOf(text);
  return Object.entries(RULES)
    .filter(([name]) => !except.includes(name as RuleName))
    .flatMap(([name, rule]) => rule(subject).map((fault) => `${name}: ${fault}`));
}
