import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openAws } from '../../../../src/build/ami/open-aws.ts';
import { checkAws } from '../../../../src/commands/doctor/check-aws.ts';
import { runChecks } from '../../../../src/commands/doctor/run-checks.ts';
import { type AwsStandIn, startAws } from '../../../aws/start-aws.ts';
import { accountId } from '../../../aws/state.ts';
import { freePort } from '../../../support/free-port.ts';

const account = { accessKeyId: 'AKIA0123456789ABCDEF', secretAccessKey: 'a secret with / and + in it, 40 long....' };
let aws: AwsStandIn;
before(async () => {
  aws = await startAws(account);
});
after(() => aws.stop());

async function ask(changes: Record<string, string> = {}, timeoutMs = 30_000) {
  const environment = {
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${aws.port}`,
    ...changes,
  };
  const { signal } = new AbortController();
  const [found] = await runChecks([checkAws(openAws(environment))], { timeoutMs, signal });
  return found ?? assert.fail('it was not asked');
}

describe('the doctor’s check of the AWS credentials', () => {
  it('names who asks, and the account, by sts:GetCallerIdentity alone', async () => {
    assert.deepEqual(await ask(), {
      name: 'AWS credentials',
      state: 'ok',
      found: `arn:aws:iam::${accountId}:user/slipway, in the account ${accountId}`,
    });
    assert.deepEqual([aws.actions, aws.violations], [['GetCallerIdentity'], []]);
  });

  it('would fail where AWS does not take them: it names the policy, and not the secret', async () => {
    const secret = 'another secret, just as long as that one';
    const { state, found, help = '' } = await ask({ AWS_SECRET_ACCESS_KEY: secret });
    assert.equal(state, 'fails');
    assert.match(found, /AWS refused the worker's credentials: SignatureDoesNotMatch/);
    assert.match(help, /role, profile or AWS_ACCESS_KEY_ID.*docs\/ami\.md/);
    assert.ok(!(found + help).includes(secret));
  });

  it('would fail where nobody answers, and where an answer does not come', async () => {
    const nobody = await ask({ AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}` });
    assert.equal(nobody.state, 'fails');
    assert.match(nobody.found, /AWS could not answer: .*ECONNREFUSED.*while asking who we are/);
    const letGo = aws.hold('GetCallerIdentity');
    const silent = await ask({}, 100);
    letGo();
    assert.deepEqual([silent.state, silent.found], ['fails', 'It did not answer within 0.1 s.']);
  });
});
