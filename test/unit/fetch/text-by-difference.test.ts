import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChangedFile, Difference } from '../../../src/fetch/compare-commits.ts';
import { gitId } from '../../../src/fetch/git-id.ts';
import {
  type PlacedText,
  placeOf,
  textBeforeDifference,
  textByDifference,
} from '../../../src/fetch/text-by-difference.ts';

const sha = '1'.repeat(40);
const file = 'a/b/Dockerfile';

const differing = (...files: ChangedFile[]): Difference => ({
  mergeBase: 'base',
  isUpToDate: true,
  isComplete: true,
  files,
});
const changed = (status: string, text: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path: file,
  status,
  id: gitId(text, sha),
  ...more,
});
/** Known of the merge base itself. */
const ofBase: PlacedText = { ref: 'base', text: 'one\n', isPlain: true };
const after = (difference: Difference, known: PlacedText) => textByDifference(difference, file, known);

describe('the text behind a comparison', () => {
  it('is that of the merge base where nothing of the way to it is touched', () => {
    const others = differing(
      { path: 'a/b/Dockerfile2', status: 'added' },
      { path: 'x', before: 'y', status: 'renamed' },
    );
    assert.deepEqual(after(others, ofBase), { text: 'one\n' });
    assert.deepEqual(after(others, { ref: 'base', isPlain: true }), {});
    const untouched: PlacedText = { ref: 'earlier', mergeBase: 'base', text: 'one\n', isPlain: true };
    assert.deepEqual(after(others, untouched), { text: 'one\n' });
  });

  it('is not known from one of elsewhere: a touched one, another merge base, behind a link', () => {
    const patch = '@@ -1 +1 @@\n-zero\n+one';
    const unknown: PlacedText[] = [
      { ref: 'earlier', text: 'one\n', isPlain: true },
      { ref: 'earlier', mergeBase: 'another', text: 'one\n', isPlain: true },
      { ref: 'earlier', mergeBase: 'base', text: 'one\n', patch, isPlain: true },
      { ref: 'base', text: 'one\n', isPlain: false },
      { ref: 'base', text: 'one\n' },
    ];
    for (const known of unknown) assert.equal(after(differing(), known), undefined);
  });

  it('is not known where a folder above, or what an archive does to files, is touched, or not all is told', () => {
    for (const path of ['a', 'a/b', '.gitattributes', 'c/.gitattributes']) {
      assert.equal(after(differing({ path, status: 'added' }), ofBase), undefined, path);
      assert.equal(after(differing({ path: 'z', before: path, status: 'renamed' }), ofBase), undefined, path);
    }
    assert.equal(after({ ...differing(), isComplete: false }, ofBase), undefined);
    assert.equal(after({ ...differing(changed('modified', 'one\n')), isComplete: false }, ofBase), undefined);
  });

  it('is the known one where git names it the same, whatever the merge base', () => {
    const elsewhere: PlacedText = { ref: 'earlier', text: 'one\n', isPlain: true };
    for (const status of ['added', 'modified', 'renamed']) {
      assert.deepEqual(after(differing(changed(status, 'one\n')), elsewhere), { text: 'one\n' }, status);
    }
    const long = { path: file, status: 'modified', id: gitId('one\n', '1'.repeat(64)) };
    assert.deepEqual(after(differing(long), elsewhere), { text: 'one\n' });
  });

  it('is read where a link may have come in its place, or nothing', () => {
    const one = changed('changed', 'one\n');
    const target: PlacedText = { ref: 'base', text: 'elsewhere', isPlain: true };
    assert.equal(after(differing(one), ofBase), undefined);
    assert.equal(after(differing(changed('modified', 'elsewhere')), target), undefined);
    assert.equal(after(differing(changed('removed', 'one\n')), ofBase), undefined);
    assert.equal(after(differing({ path: 'z', before: file, status: 'renamed' }), ofBase), undefined);
    assert.equal(after(differing(changed('removed', 'one\n'), changed('added', 'one\n')), ofBase), undefined);
  });

  it('is the patched one where git’s id says that it is right', () => {
    const patch = '@@ -1 +1 @@\n-one\n+two';
    assert.deepEqual(after(differing(changed('modified', 'two\n', { patch })), ofBase), { text: 'two\n' });
    const wrong = [
      changed('modified', 'three\n', { patch }),
      changed('modified', 'two\n', { patch: '@@ -1 +1 @@\n-zero\n+two' }),
      changed('modified', 'two\n'),
      changed('changed', 'two\n', { patch }),
      changed('added', 'two\n', { patch: '@@ -0,0 +1 @@\n+two' }),
    ];
    for (const one of wrong) assert.equal(after(differing(one), ofBase), undefined, JSON.stringify(one));
  });

  it('is patched anew where it was touched before, since the same merge base', () => {
    const known: PlacedText = {
      ref: 'earlier',
      mergeBase: 'base',
      text: 'one\n',
      patch: '@@ -1 +1 @@\n-zero\n+one',
      isPlain: true,
    };
    const now = changed('modified', 'two\n', { patch: '@@ -1 +1 @@\n-zero\n+two' });
    assert.deepEqual(after(differing(now), known), { text: 'two\n' });
    assert.equal(after(differing(now), { ...known, mergeBase: 'another' }), undefined);
  });

  it('is read where it is larger than what may be read', () => {
    const large = `${'x'.repeat(2 ** 20)}\n`;
    const patch = `@@ -1 +1 @@\n-one\n+${large.trimEnd()}`;
    assert.equal(after(differing(changed('modified', large, { patch })), ofBase), undefined);
  });
});

describe('the text before a comparison', () => {
  const now: PlacedText = { ref: 'head', text: 'one\n', isPlain: true };
  const before = (difference: Difference, text: PlacedText) => textBeforeDifference(difference, file, text);

  it('is the same where it is not touched, and none where it was added', () => {
    assert.deepEqual(before(differing({ path: 'x', status: 'added' }), now), { text: 'one\n' });
    assert.deepEqual(before(differing(changed('added', 'one\n')), now), {});
  });

  it('is not known where it was changed or came from elsewhere, behind a link, and of what an archive does not have', () => {
    for (const status of ['modified', 'renamed', 'changed', 'removed']) {
      assert.equal(before(differing(changed(status, 'one\n')), now), undefined, status);
    }
    assert.equal(before(differing(), { ...now, isPlain: false }), undefined);
    assert.equal(before(differing(), { ref: 'head', isPlain: true }), undefined);
    assert.equal(before(differing({ path: 'a', status: 'changed' }), now), undefined);
  });
});

describe('how a text stands to the merge base', () => {
  it('is: the same, or patched, and else nobody knows', () => {
    const patch = '@@ -1 +1 @@\n-one\n+two';
    assert.deepEqual(placeOf(differing(), file), { mergeBase: 'base' });
    assert.deepEqual(placeOf(differing(changed('modified', 'two\n', { patch })), file), { mergeBase: 'base', patch });
    for (const one of [
      changed('modified', 'two\n'),
      changed('added', 'two\n', { patch }),
      { path: 'a', status: 'added' },
    ]) {
      assert.deepEqual(placeOf(differing(one), file), {});
    }
    assert.deepEqual(placeOf({ ...differing(), isComplete: false }, file), {});
  });
});
