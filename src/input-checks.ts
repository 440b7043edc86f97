/** What inputs may not say together (clause 2). Each message names the input that is in the way. */
import { TransactionError } from './errors.ts';
import { get, given, invalid } from './input-values.ts';
import type { Inputs } from './inputs.ts';

/** Throws 65 for what contradicts itself, and 63 where a publish or a check has no consistency gate. */
export function checkInputs(inputs: Inputs): void {
  if (inputs.scope === null) {
    const why = `mode is ${inputs.isCheck ? 'check' : 'publish'}: it is of mode rollback`;
    without('rollback-to', inputs.rollbackTo, why);
    without('rollback-paths', given('rollback-paths'), why);
    const scope = get('rollback-scope');
    if (scope !== 'operation') throw invalid('rollback-scope', scope, `operation alone while ${why}`);
    requireGate(inputs);
    checkSources(inputs);
  } else checkRollback(inputs);
  checkDelivery(inputs);
}

function without(name: string, value: string | undefined, why: string): void {
  if (value !== undefined) throw invalid(name, value, `nothing while ${why}`);
}

/** What produces outputs or asks them: a rollback has none, and to pass over a gate without a word is no answer. */
const OF_OUTPUTS = [
  ...['run', 'artifacts', 'contents', 'preserve'],
  ...['consistency-command', 'message-command', 'validation-command'],
];

function checkRollback({ commit, scope, rollbackTo, rollbackPaths, tag }: Inputs): void {
  for (const name of OF_OUTPUTS)
    without(name, given(name), 'mode is rollback: it goes back, and asks no command');
  if (!commit) throw invalid('commit', 'false', 'true: what is rolled back is in git');
  if (scope !== 'operation') without('tag', tag, `rollback-scope is ${scope}: it makes no commit`);
  if (scope !== 'paths')
    without(
      'rollback-paths',
      given('rollback-paths'),
      `rollback-scope is ${scope}: paths restores files alone`,
    );
  if (scope === 'emergency' && rollbackTo === undefined) {
    const may = 'the safe commit to go to, or a checkpoint: it is required for an emergency';
    throw invalid('rollback-to', '', may);
  }
  if (scope === 'paths' && rollbackPaths.length === 0) {
    throw invalid('rollback-paths', '', 'the files and directories to restore, relative to the top level');
  }
  if (scope === 'paths')
    without('target', given('target'), 'rollback-scope is paths: rollback-paths names them');
  if (scope === 'emergency')
    without('target', given('target'), 'rollback-scope is emergency: it moves the whole branch');
}

function requireGate({ consistency }: Inputs): void {
  if (consistency.result !== undefined || consistency.command !== undefined) return;
  throw new TransactionError(
    'CONSISTENCY_VALIDATION_FAILED',
    'no consistency gate: neither input consistency-result nor input consistency-command is given; one is required',
    {
      next: 'Give the result of an earlier check, or a command that exits 0 when the outputs are consistent.',
    },
  );
}

/** Where the outputs come from. */
function checkSources({ isInPlace, run, artifacts, contents, preserve, history, shell }: Inputs): void {
  if (isInPlace) {
    const why = 'there is no target: give target, or let run edit the working tree';
    without('artifacts', given('artifacts'), why);
    without('contents', given('contents'), why);
    without('preserve', given('preserve'), why);
    if (run === undefined)
      throw invalid('run', '', 'a command that edits the working tree, since there is no target either');
  } else {
    const named = given('contents');
    if (named !== undefined && contents.size === 0)
      throw invalid('contents', named, 'a JSON object of at least one path and its text');
    if (run === undefined && artifacts.length === 0 && contents.size === 0) {
      const may = 'a command that writes the outputs; without it give artifacts or contents';
      throw invalid('run', '', may);
    }
    if (history === 'phases')
      throw invalid('history', history, 'single while there is a target: phases are of what edits in place');
    if (preserve.length > 0 && preserve.every((glob) => glob.startsWith('!')))
      throw invalid(
        'preserve',
        preserve.join(' '),
        'a glob of what to keep before those that begin with "!"',
      );
  }
  if (shell.trim() === '') throw invalid('shell', shell, 'bash, sh, pwsh, python, or a command with {0}');
}

/** Where the commit goes, and what goes with it. */
function checkDelivery({ commit, push, remote, branch, tag, sign, statusContext, github }: Inputs): void {
  const signed = sign === 'github' ? sign : undefined;
  if (push && commit && (remote === '' || /^-|[\s\u0000-\u001f]/.test(remote))) {
    throw invalid('remote', remote, 'the name of a remote');
  }
  const [, scheme = '', user = ''] = /^(?:\w+::)?([a-z][a-z0-9+.-]*):\/\/([^/]*)@/i.exec(remote) ?? [];
  if (user !== '' && (/^http/i.test(scheme) || user.includes(':'))) {
    const may =
      'a URL without credentials, which would stand in the log: they come by token, or from git itself';
    throw invalid('remote', remote.replace(`://${user}@`, '://***@'), may);
  }
  if (!commit) {
    const why = 'commit is false: without a commit';
    without('branch', branch, `${why} no branch moves`);
    without('tag', tag, `${why} there is nothing to tag`);
    without('status-context', statusContext, `${why} there is nothing to set a status on`);
    without('sign', signed, `${why} there is nothing to sign`);
  }
  if (!push) without('status-context', statusContext, 'push is false: GitHub does not have the commit');
  if (signed) {
    without('tag', tag, 'sign is github: its API cannot move a branch and a tag in one step');
    if (!push) throw invalid('sign', signed, 'github only with push: GitHub signs what it holds');
  }
  for (const [name, needs] of [
    ['sign', signed !== undefined],
    ['status-context', statusContext !== undefined],
  ] as const) {
    if (!needs || github !== undefined) continue;
    throw invalid(name, get(name), 'something only in a workflow of GitHub, with a token: its API is needed');
  }
}
