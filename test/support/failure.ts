import { expect } from 'vitest';
import { TransactionError } from '../../src/errors.ts';

/** The failure that `perform` ends in; a test that meets none fails. */
export async function failureOf(perform: () => unknown): Promise<TransactionError> {
  try {
    await perform();
  } catch (error) {
    expect(error).toBeInstanceOf(TransactionError);
    return error as TransactionError;
  }
  throw new Error('nothing was refused');
}
