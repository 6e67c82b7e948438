import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsToSend } from '../../../../src/build/docker/labels-to-send.ts';
import { parseDockerfile } from '../../../../src/build/docker/parse-dockerfile.ts';

const title = 'org.opencontainers.image.title';
const sent = (text: string, target?: string): string[] =>
  Object.keys(
    labelsToSend(parseDockerfile(text, {}), target, { ours: '1' }, { [title]: 'default', vendor: 'default' }),
  );

describe('labelsToSend', () => {
  it('sends ours always, and defaults where the Dockerfile has none', () => {
    assert.deepEqual(sent('FROM x\n').sort(), [title, 'ours', 'vendor'].sort());
    for (const text of ['FROM x\n', 'FROM x\nLABEL a=2\n']) {
      assert.deepEqual(labelsToSend(parseDockerfile(text, {}), undefined, { a: '1' }, { a: '3' }), { a: '1' });
    }
  });

  it('yields to a LABEL of the last stage', () => {
    assert.deepEqual(sent(`FROM x\nLABEL vendor=v "${title}"=t\n`), ['ours']);
  });

  it('yields to the stages that the last one is built FROM, and to their triggers', () => {
    assert.deepEqual(sent(`FROM x AS a\nLABEL vendor=v\nFROM a AS b\nONBUILD LABEL ${title}=t\nFROM b\n`), ['ours']);
  });

  it('does not yield to stages that are only copied from, nor to triggers for others', () => {
    const text = `FROM x AS a\nLABEL vendor=v\nFROM y\nCOPY --from=a /b /c\nONBUILD LABEL ${title}=t\n`;
    assert.equal(sent(text).length, 3);
  });

  it('looks at the target', () => {
    const text = 'FROM x AS a\nFROM y AS b\nLABEL vendor=v\n';
    assert.equal(sent(text).includes('vendor'), false);
    assert.equal(sent(text, 'a').includes('vendor'), true);
    assert.equal(sent(text, 'B').includes('vendor'), false);
  });
});
