/** How single inputs are read and refused: a message names the input, what it held, and what it may hold (clause 2). */
import * as core from '@actions/core';
import ms from 'ms';
import { TransactionError } from './errors.ts';
import { checkPath, shortQuote } from './paths.ts';

export interface Identity {
  name: string;
  email: string;
}

export function invalid(name: string, value: string, may: string): TransactionError {
  const shown = value === '' ? 'is empty' : `holds ${shortQuote(value)}`;
  return new TransactionError('ATOMIC_COMMIT_FAILED', `input ${name} ${shown}; it may hold ${may}`, {
    next: `Correct ${name} in the workflow.`,
  });
}

/** Checks a path that an input holds, and names the input when it is refused. */
export function path(name: string, value: string, may = 'paths inside the target'): string {
  try {
    checkPath(value);
    return value;
  } catch (error) {
    throw invalid(name, value, `${may} (${(error as Error).message})`);
  }
}

/** The value as the runner passes it; empty: not given and no default. */
export const get = (name: string) => core.getInput(name);

export function given(name: string): string | undefined {
  return get(name) || undefined;
}

export function choice<T extends string>(name: string, values: readonly T[]): T {
  const value = get(name);
  if ((values as readonly string[]).includes(value)) return value as T;
  throw invalid(name, value, `one of: ${values.join(', ')}`);
}

export function flag(name: string): boolean {
  const value = get(name);
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  throw invalid(name, value, 'true or false');
}

export function count(name: string): number {
  const value = get(name);
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw invalid(name, value, 'a whole number from 1 to 999');
}

/** A value for one trailer line: a line break in it could forge another trailer (clause 9). */
export function line(name: string, value: string): string {
  if (value.trim() === '') throw invalid(name, value, 'one line of text; it is required');
  if (/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value)) {
    throw invalid(name, value, 'one line of text without control characters');
  }
  if (value.length > 500) throw invalid(name, value, 'at most 500 characters');
  return value.trim();
}

export function duration(name: string): number | undefined {
  const value = get(name);
  if (value === '') return undefined;
  const parsed = /^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(value) ? ms(value as ms.StringValue) : Number.NaN;
  // Node's timers count milliseconds in 31 bits: a longer one would fire at once.
  if (!(parsed >= 0 && parsed < 2 ** 31))
    throw invalid(name, value, 'a duration such as 500ms, 90s, 10m or 2h, below 24 days');
  return parsed;
}

export function requiredDuration(name: string): number {
  const value = duration(name);
  if (value === undefined) throw invalid(name, '', 'a duration such as 90s or 10m');
  return value;
}

export function identity(name: string): Identity {
  const value = get(name);
  const parts = /^([^<>\n\r\u0000]*[^<>\n\r\u0000\s])\s*<([^<>\s\u0000]+)>$/.exec(value);
  // Of a name git takes these away at both ends, and refuses what is left of none.
  const isNamed = /[^\s.,:;<>"\\']/.test(parts?.[1] ?? '');
  if (!parts || !isNamed) throw invalid(name, value, 'a name and an address: Name <mail@example.org>');
  return { name: parts[1]!.trim(), email: parts[2]! };
}
