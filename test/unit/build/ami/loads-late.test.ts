import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

const source = path.join(import.meta.dirname, '../../../../src');

it('the SDK of AWS, which takes 130 MB of memory, is loaded when an artifact of type ami asks something, not before', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    let loaded = 0;
    registerHooks({ load(url, context, next) { if (url.includes('/@aws-sdk/')) loaded += 1; return next(url, context); } });
    const { openTools } = await import('${source}/publish/open-tools.ts');
    const { createLog } = await import('${source}/log.ts');
    const environment = { PACKER_IMAGE: 'packer:1', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const { tools } = openTools({ registry: undefined, environment, log: createLog('silent') });
    const early = loaded;
    await tools.builders.ami.holds({ imageId: 'eu-central-1:ami-0a', engineId: '' }).catch(() => undefined);
    console.log(JSON.stringify({ early, late: loaded > 0 }));
  `;
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, ...keys },
  });
  assert.deepEqual(JSON.parse(stdout), { early: 0, late: true });
});
