import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { marked } from 'marked';
import type { Build, Outcome } from '../../../src/build-terms.ts';
import { type Comment, type CommentBuild, commentMarker, renderComment } from '../../../src/report/render-comment.ts';
import {
  sampleArtifact,
  sampleEndedBuild,
  sampleMerge,
  sampleOutcome,
  sampleService,
} from '../../support/sample-merge.ts';

const render = (given: Partial<Comment>) =>
  renderComment({
    merge: sampleMerge(),
    plan: { kind: 'publish', artifacts: [] },
    builds: [],
    registry: 'registry.lan:5000',
    links: { build: ({ id }) => `https://slipway.lan/builds/${id}` },
    ...given,
  });
function entry(outcome: Partial<Outcome> = {}, given: Partial<Build> = {}): CommentBuild {
  const build = sampleEndedBuild(outcome, given);
  return { build, outcome: build.outcome ?? sampleOutcome(outcome) };
}
const artifact = (name: string) => sampleArtifact({ service: sampleService({ name }) });
const failure = {
  verdict: 'failed',
  fault: 'yours',
  phase: 'build',
  reason: '`RUN x` failed.',
  help: 'Mend it.',
  tail: ['no'],
} as const;

describe('the comment of a pull request', () => {
  it('begins with the marker by which it is found again', () => {
    assert.ok(render({ builds: [entry()] }).startsWith(`${commentMarker}\n`));
  });

  it('tells one published service', () => {
    const previous = sampleEndedBuild({ size: 12_000_000 }, { artifact: sampleArtifact({ version: '1.4.1' }) });
    const body = render({ builds: [{ ...entry({ notes: ['The submodule `lib` is empty.'] }), previous }] });
    assert.match(body, /^### `orders:1\.4\.2` published in 38 s$/m);
    assert.match(body, /^docker pull registry\.lan:5000\/orders:1\.4\.2$/m);
    assert.match(body, /^docker pull registry\.lan:5000\/orders@sha256:[0-9a-f]{64}$/m);
    assert.match(body, /12\.3 MiB, 878\.9 KiB more than 1\.4\.1/);
    assert.match(body, /plan 1 s, fetch 2 s, build 30 s, push 6 s/);
    assert.match(body, /1 of 2 steps/);
    assert.match(body, /^- The submodule `lib` is empty\.$/m);
    assert.match(body, /\(https:\/\/slipway\.lan\/builds\/b7c1a2d3\)/);
  });

  it('tells one failed service', () => {
    const body = render({ builds: [entry(failure)] });
    assert.match(body, /^### `orders:1\.4\.2` failed while building after 38 s$/m);
    assert.match(body, /^`RUN x` failed\.$/m);
    assert.match(body, /The cause is in the repository/);
    assert.match(body, /\*\*What to do next:\*\* Mend it\./);
    assert.match(body, /```text\nno\n```/);
    assert.doesNotMatch(body, /docker pull/);
  });

  it('tells a plan that was refused or skipped', () => {
    const refused = render({
      plan: { kind: 'refused', refusal: { reason: 'No version for @ada.', help: 'Set a label.' } },
    });
    assert.match(
      refused,
      /^### Nothing was published\n\nNo version for @\u200bada\.\n\n\*\*What to do next:\*\* Set a label\.$/m,
    );
    assert.match(
      render({ plan: { kind: 'skipped', reason: 'No version.' } }),
      /^### Nothing to publish\n\nNo version\.$/m,
    );
  });

  it('tells one service that was refused', () => {
    const body = render({
      builds: [entry({ verdict: 'refused', reason: 'Published by #11.', help: '`1.4.3` is free.' })],
    });
    assert.match(body, /^### `orders:1\.4\.2` refused\n\nPublished by #\u200b11\.\n\n.*`1\.4\.3` is free\.$/m);
  });

  it('is one table where there are several services', () => {
    const body = render({
      builds: [
        entry({}, { id: 'b1' }),
        entry(failure, { id: 'b2', artifact: artifact('team/mail') }),
        entry({ notes: ['Look out.'] }, { id: 'b3', artifact: artifact('shop') }),
        entry({ verdict: 'refused', reason: 'Taken.' }, { id: 'b4', artifact: artifact('web') }),
      ],
    });
    const tokens = marked.lexer(body);
    const [table, ...others] = tokens.filter(({ type }) => type === 'table');
    assert.ok(table?.type === 'table' && others.length === 0);
    const cells = table.rows.map((row: { text: string }[]) => row.map(({ text }) => text));
    assert.deepEqual(cells, [
      ['`orders`', '`1.4.2`', '[published](https://slipway.lan/builds/b1)', '12.3 MiB', '38 s'],
      ['`team/mail`', '`1.4.2`', '[failed](https://slipway.lan/builds/b2)', '', '38 s'],
      ['`shop`', '`1.4.2`', '[published](https://slipway.lan/builds/b3)', '12.3 MiB', '38 s'],
      ['`web`', '`1.4.2`', '[refused](https://slipway.lan/builds/b4)', '', '38 s'],
    ]);
    assert.match(body, /^### 2 of 4 services published$/m);
    assert.match(body, /^docker pull registry\.lan:5000\/shop@sha256:/m);
    assert.match(body, /^#### `team\/mail:1\.4\.2` failed while building after 38 s\n\n`RUN x` failed\.$/m);
    assert.match(body, /^#### `web:1\.4\.2` refused\n\nTaken\.$/m);
    assert.match(body, /^`shop:1\.4\.2`:\n\n- Look out\.$/m);
  });

  it('fits into GitHub whatever there is to tell', () => {
    const long = {
      ...failure,
      reason: '@`|'.repeat(1e4),
      help: '#'.repeat(1e5),
      tail: Array.from({ length: 1000 }, () => '`'.repeat(1000)),
      notes: Array.from({ length: 500 }, () => '<'.repeat(5000)),
    };
    for (const count of [1, 2, 100]) {
      for (const outcome of [long, { ...long, verdict: 'published' as const }, failure, {}]) {
        const builds = Array.from({ length: count }, (_, i) =>
          entry(outcome, { id: `b${i}`, artifact: artifact(`${'a'.repeat(200)}${i}`) }),
        );
        const body = render({ builds });
        assert.ok(body.length <= 65_536, `${count}: ${body.length}`);
        assert.ok(body.startsWith(commentMarker));
        assert.match(body, /`a{200}0/);
      }
    }
    const refusal = { reason: '<'.repeat(1e6), help: '&'.repeat(1e6) };
    assert.ok(render({ plan: { kind: 'refused', refusal } }).length <= 65_536);
  });

  it('says how many services it leaves out', () => {
    const builds = Array.from({ length: 100 }, (_, i) =>
      entry({ ...failure, reason: '@'.repeat(2000) }, { artifact: artifact(`a${i}`) }),
    );
    assert.match(render({ builds }), /^And \d+ more; the checks of the merge commit show them\.$/m);
  });

  it('mentions nobody and opens nothing, whatever people wrote', () => {
    const evil = '@ada #1 https://x.example <img src=x> [a](b) `@bob` ``` \n# heading\n- item\n| a | b |\n</code>';
    const builds = [
      entry({ ...failure, reason: evil, help: evil, notes: [evil], tail: [evil, '```', '~~~'] }),
      entry({ notes: [evil] }),
    ];
    for (const body of [
      render({ builds }),
      render({ builds: builds.slice(0, 1) }),
      render({ plan: { kind: 'refused', refusal: { reason: evil, help: evil } } }),
    ]) {
      const html = marked.parse(body.slice(commentMarker.length), { async: false });
      const prose = html.replaceAll(/<(code|pre)\b[^>]*>[\s\S]*?<\/\1>/g, ' ').replaceAll('&#39;', '');
      assert.doesNotMatch(prose, /@\w|#\d|<img|<h1|:\/\/x/);
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
      assert.ok(
        links.every((href) => /^https:\/\/(slipway\.lan\/builds|github\.com\/acme\/orders\/commit)\//.test(href)),
        links.join(),
      );
    }
  });
});
