import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planPrune, type TaggedImage } from '../../../src/plan/plan-prune.ts';

const now = new Date('2026-03-31T00:00:00Z');
const day = 86_400_000;
/** `sha256:aaa...` */
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function image(letter: string, tags: string[], given: Partial<TaggedImage> & { days?: number } = {}): TaggedImage {
  const { days, ...rest } = given;
  const createdAt = days === undefined ? {} : { createdAt: new Date(now.getTime() - days * day) };
  return { digest: digest(letter), tags, names: [], ...createdAt, ...rest };
}

const kept = (images: readonly TaggedImage[], policy: Parameters<typeof planPrune>[1]) =>
  Object.fromEntries(planPrune(images, policy, now).tags.flatMap((row) => (row.kept ? [[row.tag, row.kept]] : [])));
const removed = (images: readonly TaggedImage[], policy: Parameters<typeof planPrune>[1]) =>
  planPrune(images, policy, now).tags.flatMap((row) => (row.kept ? [] : [row.tag]));

describe('what prune keeps', () => {
  it('so many of the newest versions, by the order of SemVer and not of the alphabet', () => {
    const images = ['1.2.0', '1.10.0', '1.9.0', '1.10.0-rc.1'].map((version, at) =>
      image('abcd'.charAt(at), [version]),
    );
    assert.deepEqual(removed(images, { keep: 2 }), ['1.9.0', '1.2.0']);
    assert.deepEqual(kept(images, { keep: 2 }), {
      '1.10.0': 'it is the newest',
      '1.10.0-rc.1': 'it is among the 2 newest',
    });
    assert.deepEqual(removed(images, { keep: 4 }), []);
    assert.deepEqual(removed(images, { keep: 1 }), ['1.10.0-rc.1', '1.9.0', '1.2.0']);
  });

  it('versions that are young enough; one that either policy keeps stays', () => {
    const images = [
      image('a', ['3.0.0'], { days: 400 }),
      image('b', ['2.0.0'], { days: 400 }),
      image('c', ['1.2.0'], { days: 31 }),
      image('d', ['1.1.0'], { days: 30 }),
    ];
    assert.deepEqual(removed(images, { keepWithin: 30 * day }), ['2.0.0', '1.2.0']);
    assert.deepEqual(removed(images, { keepWithin: 30 * day, keep: 2 }), ['1.2.0']);
    assert.deepEqual(removed([...images, image('e', ['1.0.0'])], { keepWithin: 30 * day }), ['2.0.0', '1.2.0']);
    assert.equal(kept([...images, image('e', ['1.0.0'])], { keepWithin: day })['1.0.0'], 'its age is not known');
  });

  it('the newest version and the newest release, whatever their age', () => {
    const images = [
      image('a', ['2.0.0-rc.2'], { days: 900 }),
      image('b', ['2.0.0-rc.1'], { days: 900 }),
      image('c', ['1.4.2'], { days: 900 }),
      image('d', ['1.4.1'], { days: 900 }),
    ];
    assert.deepEqual(removed(images, { keepWithin: 0 }), ['2.0.0-rc.1', '1.4.1']);
    assert.deepEqual(removed(images, { keep: 1 }), ['2.0.0-rc.1', '1.4.1']);
  });

  it('what shares its digest with a version that stays, with an alias, or with a name that somebody gave', () => {
    const images = [
      image('a', ['2.0.0', '1.0.0']),
      image('b', ['1.4', '1.4.2', 'latest']),
      image('c', ['1.3.0', 'approved-by-ada']),
      image('d', ['1.2.0', '1.2.1']),
    ];
    assert.deepEqual(removed(images, { keep: 1 }), ['1.2.1', '1.2.0']);
    const stays = kept(images, { keep: 1 });
    assert.equal(stays['1.0.0'], 'shares its digest with 2.0.0');
    assert.equal(stays['1.4.2'], 'shares its digest with 1.4');
    assert.equal(stays['1.3.0'], 'shares its digest with approved-by-ada');
  });

  it('signatures, attestations and bills of materials of an image that stays; the others go before their image', () => {
    const follow = (letter: string, ending: string) => `sha256-${letter.repeat(64)}${ending}`;
    const images = [
      image('a', ['2.0.0']),
      image('b', ['1.0.0']),
      image('1', [follow('a', '.sig')]),
      image('2', [follow('b', '.sig')]),
      image('3', [follow('b', '.att'), follow('b', '.sbom')]),
      image('4', [follow('b', '')]),
      // A signature of a signature.
      image('5', [follow('2', '.sig')]),
      // One manifest for two images, of which one stays.
      image('6', [follow('a', '.att'), follow('b', '.other')]),
      image('7', [follow('e', '.sig')]),
    ];
    const plan = planPrune(images, { keep: 1 }, now);
    assert.deepEqual(plan.remove.toSorted(), ['2', '3', '4', '5', 'b'].map(digest));
    assert.equal(plan.remove.at(-1), digest('b'));
    const reasons = Object.fromEntries(plan.tags.map((row) => [row.tag, row.kept]));
    assert.equal(reasons[follow('a', '.sig')], 'follows an image that stays');
    assert.equal(reasons[follow('e', '.sig')], 'the image that it follows has no tag');
    assert.equal(reasons[follow('b', '.other')], 'it is no version');
  });

  it('what a kept index names: its platforms may have versions of their own', () => {
    const images = [
      image('a', ['2.0.0'], { names: [digest('b'), digest('c')] }),
      image('b', ['2.0.0-amd64']),
      image('d', ['1.0.0'], { names: [digest('e'), digest('b')] }),
      image('e', ['1.0.0-amd64']),
      image('f', [`sha256-${'b'.repeat(64)}.sig`]),
    ];
    const plan = planPrune(images, { keep: 1 }, now);
    assert.deepEqual(plan.remove.toSorted(), [digest('d'), digest('e')]);
    assert.equal(plan.tags.find(({ tag }) => tag === '2.0.0-amd64')?.kept, 'is a part of 2.0.0');
  });

  it('everything where there is no version', () => {
    assert.deepEqual(removed([image('a', ['latest', 'v1.0.0', '01.0.0', '1.0'])], { keep: 1 }), []);
    assert.deepEqual(planPrune([], { keep: 1 }, now), { tags: [], remove: [] });
  });
});
