import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startGitHub } from '../github/start-github.ts';
import { orders, settledPull } from '../support/orders.ts';
import { startPostgres } from '../support/postgres.ts';
import { startTestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

it('a merge shows in the metrics and can be followed through the log from its delivery to its verdict', async (test) => {
  const [postgres, github] = await Promise.all([startPostgres(), startGitHub()]);
  test.after(() => Promise.all([postgres.stop(), github.stop()]));
  const environment = { DATABASE_URL: await postgres.database(), METRICS_TOKEN: 'hush' };
  const slipway = await startTestSlipway(github, { environment });
  test.after(() => slipway.stop());
  const repository = await orders(github);
  const pull = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
  const { delivery } = await repository.merge(pull.number);
  await settledPull(repository, pull.number);

  assert.equal((await fetch(`${slipway.url}/metrics`)).status, 401);
  const text = await until('the report is counted', async () => {
    const answer = await fetch(`${slipway.url}/metrics`, { headers: { authorization: 'Bearer hush' } });
    const metrics = await answer.text();
    return /^slipway_phase_seconds_count\{phase="report"\} 1$/m.test(metrics) && metrics;
  });
  for (const line of [
    /^slipway_deliveries_total\{event="pull_request",result="taken"\} [1-9]/m,
    /^slipway_builds_total\{verdict="published",fault=""\} 1$/m,
    ...['plan', 'queued', 'fetch', 'build', 'push'].map(
      (phase) => new RegExp(`^slipway_phase_seconds_count\\{phase="${phase}"\\} 1$`, 'm'),
    ),
    /^slipway_queue_builds\{state="queued"\} 0$/m,
    /^slipway_workers 1$/m,
    /^slipway_engine_up 1$/m,
    /^slipway_registry_up 1$/m,
    /^slipway_github_requests_total\{method="POST",route="\/repos\/\{\}\/\{\}\/check-runs",status="201"\} [1-9]/m,
    /^slipway_github_rate_limit_remaining\{resource="core"\} \d+$/m,
    /^process_cpu_seconds_total /m,
  ]) {
    assert.match(text, line);
  }
  assert.doesNotMatch(text, new RegExp(repository.service), 'no series for each repository');

  const found = slipway.logLines.filter((line) => line.includes(delivery?.guid ?? 'none')).join('');
  let from = 0;
  for (const words of [
    'merge taken in',
    'planned acme',
    'phase fetch',
    'phase build',
    'phase push',
    '1.0.0 published',
  ]) {
    const at = found.indexOf(words, from);
    assert.ok(at >= 0, `${words} stands in its order in the lines of the delivery:\n${found}`);
    from = at;
  }
  assert.match(found, /"msg":"reported"/);
  const build = /"build":"([^"]+)"/.exec(found)?.[1] ?? assert.fail('no build');
  const ofRegistry = slipway.logLines.filter((line) => /"msg":"published"/.test(line));
  assert.equal(ofRegistry.length, 1);
  assert.ok(ofRegistry[0]?.includes(build), 'the registry’s line names the build');
});
