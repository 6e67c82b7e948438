import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DescribeImagesCommand, EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { type AwsStandIn, startAws } from '../../aws/start-aws.ts';

const account = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'the right secret' };
let aws: AwsStandIn;
before(async () => {
  aws = await startAws(account);
});
after(() => aws.stop());

const ask = async (given: EC2ClientConfig = {}) => {
  const endpoint = `http://127.0.0.1:${aws.port}`;
  const client = new EC2Client({ region: 'eu-central-1', endpoint, credentials: account, maxAttempts: 1, ...given });
  return await client.send(new DescribeImagesCommand({ Owners: ['self'] }));
};

const post = async (body: string, headers: Record<string, string>) => {
  const answer = await fetch(`http://127.0.0.1:${aws.port}/`, { method: 'POST', body, headers });
  return { status: answer.status, text: await answer.text() };
};

describe('the stand-in for AWS', () => {
  it('answers a request that is signed with the account’s key', async () => {
    assert.deepEqual((await ask()).Images, []);
  });

  it('refuses a signature of another secret, and another key', async () => {
    await assert.rejects(ask({ credentials: { ...account, secretAccessKey: 'a wrong secret' } }), {
      name: 'AuthFailure',
    });
    await assert.rejects(ask({ credentials: { ...account, accessKeyId: 'AKIAOTHER' } }), { name: 'AuthFailure' });
  });

  it('refuses a body that was changed behind its signature, and a request without one', async () => {
    let sent: { body: string; headers: Record<string, string> } | undefined;
    const requestHandler = {
      handle(request: { body: string; headers: Record<string, string> }): Promise<never> {
        sent = { body: request.body, headers: request.headers };
        return Promise.reject(new Error('kept back'));
      },
    };
    await assert.rejects(ask({ requestHandler }));
    assert.ok(sent);
    const { host: _, 'content-length': __, ...headers } = sent.headers;
    assert.equal((await post(sent.body, headers)).status, 200);
    const changed = await post(sent.body.replace('self', 'amazon'), headers);
    assert.deepEqual([changed.status, /AuthFailure/.test(changed.text)], [401, true]);
    const unsigned = await post(sent.body, { 'content-type': 'application/x-www-form-urlencoded' });
    assert.equal(unsigned.status, 403);
  });

  it('refuses a request of yesterday', async () => {
    await assert.rejects(ask({ systemClockOffset: -86_400_000 }), { name: 'RequestExpired' });
  });
});
