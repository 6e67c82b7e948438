import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { followPacker } from '../../../../src/build/ami/follow-packer.ts';
import { parseMessage } from '../../../../src/build/ami/parse-message.ts';
import { createRedactor } from '../../../../src/build/ami/redactor.ts';
import { secretsOf } from '../../../../src/build/ami/secrets-of.ts';
import type { BuildEvent } from '../../../../src/build-terms.ts';

describe('a line of Packer’s machine-readable output', () => {
  it('is time, target, type and data, with commas and line ends unescaped', () => {
    assert.deepEqual(parseMessage('1764000000,amazon-ebs,ui,say,a%!(PACKER_COMMA) b\\nc\\rd'), {
      target: 'amazon-ebs',
      type: 'ui',
      data: ['say', 'a, b\nc\rd'],
    });
    assert.deepEqual(parseMessage('1764000000,,artifact-count,1'), { target: '', type: 'artifact-count', data: ['1'] });
  });

  for (const line of ['', 'Segmentation fault', '12,a,ui', '1764000000', 'x,y,z', '1764000000,a']) {
    it(`is none of Packer's messages: ${JSON.stringify(line)}`, () => assert.equal(parseMessage(line), undefined));
  }
});

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

function follow(text: string, cuts: readonly number[] = [], secrets: readonly string[] = []) {
  const events: BuildEvent[] = [];
  const follower = followPacker({ redactor: createRedactor(secrets), onEvent: (event) => void events.push(event) });
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, place] of places.slice(1).entries()) follower.add(bytes.subarray(places[index], place));
  const story = follower.end();
  return { story, log: events.map((event) => (event.kind === 'log' ? event.text : '')).join(''), events };
}

describe('what Packer says', () => {
  const output = [
    '1764000000,,ui,say,==> amazon-ebs: Creating temporary keypair: packer_5f0a1b2c-0000-1111-2222-333344445555',
    '1764000001,,ui,say,==> amazon-ebs: Launching a source AWS instance...',
    '1764000001,,ui,message,    amazon-ebs: Instance ID: i-0123456789abcdef0',
    '1764000002,,ui,error,==> amazon-ebs: Something bad%!(PACKER_COMMA) in words',
    '1764000003,amazon-ebs,error,Something bad',
    '1764000003,amazon-ebs,artifact,0,id,eu-central-1:ami-0a%!(PACKER_COMMA)us-east-1:ami-0b',
    'a line of nobody',
    '',
  ].join('\n');

  it('is shown as plain text in steps, and tells ids, errors and what was made meanwhile', () => {
    const { story, log, events } = follow(output);
    assert.deepEqual(story.ids, [
      { region: 'eu-central-1', id: 'ami-0a' },
      { region: 'us-east-1', id: 'ami-0b' },
    ]);
    assert.deepEqual(story.errors, ['Something bad']);
    assert.deepEqual([...story.mentioned], ['packer_5f0a1b2c-0000-1111-2222-333344445555', 'i-0123456789abcdef0']);
    assert.equal(story.said[1], 'Launching a source AWS instance...');
    assert.match(log, /Something bad, in words\n/);
    assert.match(log, /a line of nobody\n/);
    assert.doesNotMatch(log, /1764000000|,ui,/);
    const steps = events.flatMap((event) => (event.kind === 'step' ? [event.step] : []));
    assert.ok(steps.filter(({ endedAt }) => endedAt !== undefined).length >= 2);
  });

  it('is the same however the stream is cut, also within a character', () => {
    const odd = output.replace('a line of nobody', '1764000004,,ui,message,    amazon-ebs: größer – 船');
    const { story, log } = follow(odd);
    const cuts = fc.array(fc.nat(odd.length * 2), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (at) => {
        const other = follow(odd, at);
        assert.deepEqual(other.story, story);
        assert.equal(other.log, log);
      }),
    );
  });

  it('holds no secret, in whatever form and however the stream is cut', () => {
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    const text = [...forms, `${secret}${secret}`].map((one) => `1764000000,,ui,message,key=${one}!\n`).join('');
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const { log, story } = follow(text, cuts, [secret]);
        for (const form of forms) assert.ok(!`${log}${JSON.stringify(story)}`.includes(form));
        assert.equal(log.split('[hidden]').length - 1, 5);
      }),
    );
  });

  it('holds no secret of a line without end, which is not held back for ever', () => {
    const redactor = createRedactor([secret]);
    const long = `${'x'.repeat(70_000)}${secret}`;
    let shown = '';
    for (let at = 0; at < long.length; at += 1000) shown += redactor.add(long.slice(at, at + 1000));
    assert.ok(shown.length > 0);
    assert.equal(shown + redactor.end(), `${'x'.repeat(70_000)}[hidden]`);
  });
});

it('secrets are the keys, and the passwords of proxies', () => {
  const found = secretsOf({
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: 'eu-central-1',
    HTTPS_PROXY: 'http://user:p%40ssword@proxy.lan:3128',
    HTTP_PROXY: 'proxy.lan:3128',
  });
  assert.deepEqual(found, ['AKIAEXAMPLE', secret, 'p%40ssword', 'p@ssword']);
});
