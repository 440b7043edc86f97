/**
 * The only door to git. Its environment is built here: no `GIT_*` of the caller reaches it, and nothing that
 * the checked-out repository's configuration names runs on our behalf, except attribute filters and
 * `core.sshCommand`, which the user set up (clauses 9 and 17).
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CommandResult, type Input, run } from './command.ts';
import { isNearlyFull, refuseSymlink } from './disk.ts';
import { effect } from './effect.ts';
import { errorCode, isNoSpace, TransactionError } from './errors.ts';

/** Variables of the machine that git and its transports need; everything else stays behind. */
const PASSED_ON = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE'],
  ...['SSL_CERT_DIR', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTPS_PROXY', 'NO_PROXY'],
  ...['ALL_PROXY', 'SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE'],
  ...[
    'GIT_LFS_SKIP_SMUDGE',
    'APPDATA',
    'LOCALAPPDATA',
    'ProgramData',
    'ProgramFiles',
    'HOMEDRIVE',
    'HOMEPATH',
  ],
];

/** Settings that keep the repository's own from running programs, stopping us, or outliving the step. */
const SETTINGS: [string, string][] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.editor', ':'],
  ['core.pager', 'cat'],
  ['core.quotePath', 'false'],
  ['core.safecrlf', 'false'],
  ['core.splitIndex', 'false'],
  ['core.sparseCheckout', 'false'],
  ['core.checkStat', 'default'],
  ['core.ignoreStat', 'false'],
  ['core.trustctime', 'true'],
  ['core.alternateRefsCommand', ''],
  ['credential.helper', ''],
  ['commit.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['push.followTags', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.recurseSubmodules', 'false'],
  ['submodule.recurse', 'false'],
  ['i18n.commitEncoding', 'UTF-8'],
  // Of what a run leaves a power cut may keep the name alone. A pack is synced, a loose object is not.
  ['core.fsync', 'reference'], // As of git 2.36.
  ['fetch.unpackLimit', '1'],
  ['gc.auto', '0'], // A background gc competes with the push and outlives the step.
  ['maintenance.auto', '0'],
  ['lfs.skipDownloadErrors', 'true'], // A working tree that follows the remote may hold a pointer, not half a move.
  ['safe.directory', '*'], // The workspace is the user's even where a container's user is another.
];

/** Settings of the repository that are read. */
const READ = ['core.sharedRepository', 'lfs.storage'] as const;
/**
 * Commands that give objects to refs and remotes. They see nothing of what stands apart: git refuses what is not in the repository,
 * and on disk, yet.
 */
const OF_THE_REPOSITORY = new Set(['update-ref', 'symbolic-ref', 'fetch', 'push', 'lfs']);
/** By which a repository knows that it does not have all objects, as git and expressions here take it. */
const PARTIAL = 'extensions\\.partialclone|remote\\..*\\.promisor';

/** What git is to do: the first argument that is no option of git itself. */
const commandOf = (args: readonly string[]) =>
  args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c')!;

export interface Credentials {
  /** Origin the token is for, as `https://github.com`; the token is sent nowhere else. */
  serverUrl: string;
  token: string;
}

export interface GitOptions {
  /** Index file to use instead of the repository's. */
  index?: string;
  /** Directory that stands for the repository's top level. */
  workTree?: string;
  input?: Input;
  env?: Record<string, string>;
  /** How standard output becomes text instead of as UTF-8: this keeps names that are none. */
  encoding?: 'latin1';
  /** Takes standard output piece by piece instead of all at the end. */
  onData?: (data: Buffer) => void;
  /** Ends it; without one it is not cancelled. */
  signal?: AbortSignal | undefined;
}

export class Git {
  readonly directory: string;
  #env: Record<string, string>;
  #header: { origin: string; value: string } | undefined;
  /** One of the same repository, which knows its settings. */
  #same: Git | undefined;
  /** Where its new objects go, and the others are; `undefined`: among those. */
  #apart: () => Record<string, string> | undefined = () => undefined;
  #settings: Promise<string[]> | undefined;
  #ignoresCase: Promise<boolean> | undefined;

  /** `more` are further settings. */
  constructor(directory: string, credentials?: Credentials, more: readonly [string, string][] = []) {
    this.directory = directory;
    const settings = [...SETTINGS, ...more];
    if (credentials?.token) {
      const key = `http.${credentials.serverUrl}/.extraheader`;
      const basic = Buffer.from(`x-access-token:${credentials.token}`).toString('base64');
      // The empty value resets the list, so that a header checkout has left is not sent as a second one.
      this.#header = { origin: credentials.serverUrl, value: `AUTHORIZATION: basic ${basic}` };
      settings.push([key, ''], [key, this.#header.value]);
      // git sends the header along to wherever a redirect leads, also to another server.
      settings.push([`http.${credentials.serverUrl}/.followRedirects`, 'false']);
    }
    this.#env = {
      ...Object.fromEntries(
        PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
      ),
      LC_ALL: 'C',
      TZ: 'UTC',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1', // An object is what its id says, whatever refs/replace would have instead.
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(settings.map(([key], index) => [`GIT_CONFIG_KEY_${index}`, key])),
      ...Object.fromEntries(settings.map(([, value], index) => [`GIT_CONFIG_VALUE_${index}`, value])),
    };
  }

  /** The same git, working in another directory. */
  at(directory: string): Git {
    const other = new Git(directory);
    other.#env = this.#env;
    other.#header = this.#header;
    other.#apart = this.#apart;
    return other;
  }

  /**
   * The same git, for the remote at `url`. git-lfs sends every header of the longest URL that fits and knows no
   * reset: one that checkout has left would go along with ours, and GitHub refuses two.
   */
  to(url: string): Git {
    const other = this.at(this.directory);
    if (!this.#header || !url.startsWith(`${this.#header.origin}/`)) return other;
    const count = Number(this.#env['GIT_CONFIG_COUNT']);
    other.#env = {
      ...this.#env,
      GIT_CONFIG_COUNT: String(count + 1),
      [`GIT_CONFIG_KEY_${count}`]: `http.${url.replace(/(\.git)?\/?$/, '.git')}/info/lfs.extraheader`,
      [`GIT_CONFIG_VALUE_${count}`]: this.#header.value,
    };
    return other;
  }

  /**
   * The same git, whose new objects go where `apart` says, while it does, and not to the repository at `commonDirectory`: but for
   * refs and remotes, to which git refuses to give what is not in the repository.
   */
  withObjectsIn(apart: () => string | undefined, commonDirectory: string): Git {
    const other = this.at(this.directory);
    const path = join(commonDirectory, 'objects').replace(
      /["\\\u0000-\u001f]/g,
      (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );
    const alternate = `"${path}"`; // A list, in which a path may be quoted.
    other.#apart = () => {
      const directory = apart();
      if (directory === undefined) return undefined;
      return { GIT_OBJECT_DIRECTORY: directory, GIT_ALTERNATE_OBJECT_DIRECTORIES: alternate };
    };
    other.#same = this;
    return other;
  }

  /** A setting as the repository has it when one of these is first asked for, in one call; without a value empty. */
  async setting(name: (typeof READ)[number]): Promise<string | undefined> {
    const line = (await this.#read()).findLast((one) => one.split('\n', 1)[0] === name.toLowerCase());
    return line?.slice(name.length + 1);
  }

  #read(): Promise<string[]> {
    if (this.#same) return this.#same.#read();
    const keys = READ.map((key) => key.toLowerCase().replaceAll('.', '\\.')).join('|');
    const list = ['config', '-z', '--get-regexp', `^(${keys}|${PARTIAL})$`];
    this.#settings ??= this.try(list).then(({ stdout }) => stdout.toString().split('\0'));
    return this.#settings;
  }

  /**
   * Writes the tree of an index that was read from a commit. In a partial clone whether its blobs are here is not asked: git would
   * fetch all that the commit has.
   */
  async writeTree(options: GitOptions): Promise<string> {
    return this.run(['write-tree', ...((await this.isPartial()) ? ['--missing-ok'] : [])], options);
  }

  /** Whether the repository asks a remote for objects that it does not have. */
  async isPartial(): Promise<boolean> {
    return (await this.#read()).some((line) => new RegExp(`^(${PARTIAL})(\n|$)`).test(line));
  }

  /** Whether names that differ in case only are one, as `core.ignoreCase` says when this is first asked. */
  ignoresCase(): Promise<boolean> {
    if (this.#same) return this.#same.ignoresCase();
    const ask = ['config', '--type=bool', 'core.ignoreCase'];
    this.#ignoresCase ??= this.try(ask).then(({ stdout }) => stdout.toString().trim() === 'true');
    return this.#ignoresCase;
  }

  /** Whether commit `one` is an ancestor of `other`, or the same. Throws 65 when git cannot tell. */
  async isAncestor(one: string, other: string): Promise<boolean> {
    const args = ['merge-base', '--is-ancestor', one, other];
    const result = await this.try(args);
    if (result.exitCode === 0 || result.exitCode === 1) return result.exitCode === 0;
    throw gitError(args, result);
  }

  /** Runs git and returns how it ended, whatever that is. Throws 65 when there is no git. */
  async try(args: readonly string[], options: GitOptions = {}): Promise<CommandResult> {
    const command = commandOf(args);
    const apart = OF_THE_REPOSITORY.has(command) ? undefined : this.#apart();
    const env = { ...this.#env, ...apart, ...options.env };
    if (options.index) env['GIT_INDEX_FILE'] = options.index;
    if (options.workTree) env['GIT_WORK_TREE'] = options.workTree;
    const start = () => {
      if (options.index) for (const path of [dirname(options.index), options.index]) refuseSymlink(path);
      return run('git', args, {
        cwd: this.directory,
        env,
        signal: options.signal,
        onData: options.onData,
        input: options.input,
      });
    };
    try {
      return await effect(`git ${command}`, start);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || !existsSync(this.directory)) throw error;
      const next = 'Install it, or set commit to false.';
      throw new TransactionError('ATOMIC_COMMIT_FAILED', 'git is not installed', { cause: error, next });
    }
  }

  /** Runs git and returns its standard output without the last newline; throws 65, or 62 on a full disk. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    const result = await this.try(args, options);
    if (result.exitCode === 0) return result.stdout.toString(options.encoding).replace(/\n$/, '');
    const error = gitError(args, result);
    // Of a failed ref or index git says that it could not write, and not always why: the disk is asked.
    if (error.code === 'INSUFFICIENT_DISK_SPACE' || !isNearlyFull(this.directory)) throw error;
    throw new TransactionError('INSUFFICIENT_DISK_SPACE', error.message, { tail: error.tail });
  }

  /** What git lists with a NUL after each. */
  async names(args: readonly string[], options: GitOptions = {}): Promise<string[]> {
    return (await this.run(args, options)).split('\0').filter(Boolean);
  }
}

/** How git says that the server wants credentials, and that it has none. */
const NO_TOKEN = /could not read (Username|Password)/;
const GIVE_TOKEN =
  'No token went along: input token is empty, or the remote is on another server than the run, to which it is not sent.';

/** What git said when it failed, as an error of clause 14. */
export function gitError(args: readonly string[], result: CommandResult): TransactionError {
  const how = result.killedBy ? `was ended by ${result.killedBy}` : `ended with ${result.exitCode}`;
  const said = result.stderr.trim();
  const error = new Error(`git ${args[0]} ${how}${said ? `: ${said}` : ''}`);
  const code = isNoSpace(error) ? 'INSUFFICIENT_DISK_SPACE' : 'ATOMIC_COMMIT_FAILED';
  const tail = said ? said.split('\n').slice(-20) : [];
  return new TransactionError(code, error.message, {
    tail,
    next: NO_TOKEN.test(said) ? GIVE_TOKEN : undefined,
  });
}
