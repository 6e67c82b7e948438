import assert from 'node:assert/strict';

/** Writes of one installation are a second apart: with an account of its own, and so an installation, none waits for another. */
export function freeAccounts(count: number): { readonly all: string; next(): string } {
  const names = Array.from({ length: count }, (_, index) => `acme-${index}`);
  return {
    /** As `ALLOWED_OWNERS` has it. */
    all: names.join(','),
    next: () => names.pop() ?? assert.fail(`more than ${count} accounts`),
  };
}
