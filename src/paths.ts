/** Which names may be published (clause 5): what every file system, git and the runner's log read the same way. */
import { relative, sep } from 'node:path';
import { TransactionError } from './errors.ts';

/** Characters HFS+ ignores in names: git refuses a `.git` that hides behind them. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;
/** Longer than any system takes a path, in characters. */
const LONGEST = 4096;
/** How much of a text a message shows, in characters. */
const SHOWN = 200;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

/** Quotes a path for a message: what it holds is visible and can neither break a line nor command the runner. */
export function quote(path: string): string {
  return JSON.stringify(path).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u206f\ufeff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same for a text of any length. */
export function shortQuote(text: string): string {
  return quote(text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text);
}

/** A text without the user and the password of each URL in it. */
export function withoutCredentials(text: string): string {
  return text.replace(/:\/\/[^/\s]*@/g, '://');
}

/** What leads from a directory to a path, as git names it: `/`-separated. */
export const wayTo = (directory: string, path: string) => relative(directory, path).split(sep).join('/');

/** The directories that a path is in, the lowest last. */
export function parentsOf(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}

/** Throws 65 for a path that cannot be published. */
export function refuse(path: string, why: string, shown = quote(path)): never {
  throw new TransactionError('ATOMIC_COMMIT_FAILED', `path ${shown} is refused: ${why}`, {
    next: 'Leave it out or give it another name where it comes from (input run, artifacts or contents), and run again.',
  });
}

/** True for every spelling that some file system folds to `.git`: case, NTFS streams, dots, short names, HFS+. */
function foldsToGit(name: string): boolean {
  return folds(name, /^(\.git|git~\d+)$/);
}

/** The same of `.gitmodules`, which git takes for no symlink. */
export function foldsToGitmodules(name: string): boolean {
  return folds(name, /^(\.gitmodules|gitmod~[1-4]|(?=.{8}$)g(i(7(e(ba?)?)?)?)?~[1-9]\d*)$/);
}

function folds(name: string, to: RegExp): boolean {
  if (/^(?![.g])[\x20-\x7e]+$/i.test(name)) return false; // Most names; the rest takes longer.
  const plain = name
    .replace(IGNORED_BY_HFS, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[ .]+$/, '');
  return to.test(plain);
}

/**
 * Checks one `/`-separated path relative to the target. Throws 65 and names the path when it would leave the
 * target or when some system reads it as something else.
 */
export function checkPath(path: string): void {
  if (path === '') refuse(path, 'it is empty');
  if (path.length > LONGEST) refuse(path, `it has more than ${LONGEST} characters`, shortQuote(path));
  if (CONTROL.test(path)) refuse(path, 'it holds a control character or a line break');
  if (path.includes('\ufffd') || !path.isWellFormed()) refuse(path, 'it is not valid UTF-8');
  if (path.startsWith('/')) refuse(path, 'it is absolute');
  if (/^[A-Za-z]:/.test(path)) refuse(path, 'it begins with what is a drive on Windows');
  if (path.includes('\\')) refuse(path, 'a backslash separates directories on Windows');
  for (const name of path.split('/')) {
    if (name === '' || name === '.') refuse(path, 'it has an empty or "." component');
    if (name === '..') refuse(path, 'it leaves the target');
    if (foldsToGit(name))
      refuse(
        path,
        `${quote(name)} is${name === '.git' ? ' a repository of git' : ' ".git" to some file systems'}`,
      );
  }
}

/**
 * Collects destinations and refuses (65) two that are the same or that a case-insensitive file system folds
 * into one, whole or in a leading directory, and a file where another destination needs a directory.
 */
export class Destinations {
  /** What each name is spelled like, by what a file system may fold it into. */
  readonly #spelling = new Map<string, string>();
  readonly #directories = new Set<string>();

  add(path: string): void {
    checkPath(path);
    this.#addName(path, path, true);
  }

  /** Adds what `path` is or stands in, the outermost directory first. */
  #addName(name: string, path: string, file: boolean): void {
    if (!file && this.#directories.has(name)) return;
    const end = name.lastIndexOf('/');
    if (end > 0) this.#addName(name.slice(0, end), path, false);
    const folded = name.normalize('NFC').toLowerCase().toUpperCase();
    const known = this.#spelling.get(folded);
    if (known === undefined) this.#spelling.set(folded, name);
    else if (known !== name) refuse(path, `it differs from ${quote(known)} in case only`);
    else if (file && !this.#directories.has(name))
      refuse(path, 'two sources have this destination: run, artifacts and contents may give it once');
    else refuse(path, `${quote(name)} is a file and a directory`);
    if (!file) this.#directories.add(name);
  }
}
