import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { marked } from 'marked';
import { renderComment } from '../../../src/report/render-comment.ts';
import { sampleArtifact, sampleEndedBuild, sampleMerge, sampleService } from '../../support/sample-merge.ts';

const published = (name: string, digest: string, given: object = {}) => {
  const artifact = sampleArtifact({ service: sampleService({ name, type: 'ami', ...given }) });
  const build = sampleEndedBuild({ digest, size: 8 * 2 ** 30 }, { artifact });
  return { build, outcome: build.outcome ?? assert.fail('no outcome') };
};

const comment = (...builds: ReturnType<typeof published>[]) =>
  renderComment({
    merge: sampleMerge(),
    plan: { kind: 'publish', artifacts: [] },
    builds,
    registry: 'registry.lan:5000',
    links: { build: ({ id }) => `https://slipway.lan/builds/${id}` },
  });

describe('the comment on machine images', () => {
  it('shows each region’s image with its console, and the lines that use it', () => {
    const body = comment(published('team/orders', 'eu-central-1:ami-0a,us-gov-west-1:ami-0b,cn-north-1:ami-0c'));
    assert.match(
      body,
      /^\| `eu-central-1` \| `ami-0a` \| \[console\]\(https:\/\/eu-central-1\.console\.aws\.amazon\.com\//m,
    );
    assert.match(body, /https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\//);
    assert.match(body, /https:\/\/cn-north-1\.console\.amazonaws\.cn\//);
    assert.match(body, /^aws ec2 run-instances --region eu-central-1 --image-id ami-0a --instance-type t3\.micro$/m);
    assert.match(
      body,
      /^data "aws_ami" "team_orders" \{\n {2}owners = \["self"\]\n {2}filter \{\n {4}name {3}= "tag:service_name"\n {4}values = \["team\/orders"\]\n/m,
    );
    assert.match(body, /\| Size \| 8 GiB/);
    assert.doesNotMatch(body, /docker pull|From the cache/);
    const html = marked.parse(body, { gfm: true, async: false });
    assert.equal(html.match(/<a href="https:\/\/[^"]*#ImageDetails:imageId=ami-0[abc]">console<\/a>/g)?.length, 3);
    assert.equal(html.match(/<pre><code class="language-(sh|hcl)">/g)?.length, 2);
  });

  it('stands beside images of other services', () => {
    const body = comment(
      published('orders', 'eu-central-1:ami-0a'),
      published('mail', `sha256:${'a'.repeat(64)}`, { type: 'docker' }),
    );
    assert.match(body, /docker pull registry\.lan:5000\/mail:1\.4\.2/);
    assert.doesNotMatch(body, /docker pull registry\.lan:5000\/orders/);
    assert.match(body, /--image-id ami-0a/);
  });
});
