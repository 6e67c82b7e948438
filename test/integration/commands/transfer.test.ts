import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { serveAdmin } from '../../../src/commands/serve-admin.ts';
import { serviceCommand } from '../../../src/commands/service.ts';
import { storeVerbs } from '../../../src/commands/store-verbs.ts';
import type { SlipwayError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { never, silentLog } from '../../support/registry-client.ts';
import { artifact, newMerge, published, publishing } from '../store/samples.ts';

it('a service goes to another repository, over the server or without it, and that one alone publishes it then', async (test) => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-transfer-'));
  test.after(() => rm(dataDir, { recursive: true, force: true }));
  const transfer = async (...args: string[]): Promise<string> => {
    const said: string[] = [];
    const terminal = { out: (text: string) => void said.push(text), err: () => undefined, live: false };
    await serviceCommand(args, { environment: { DATA_DIR: dataDir }, terminal, signal: never });
    return said.join('');
  };
  const open = () => openStore({ databaseUrl: undefined, dataDir, logLimit: 1000, log: silentLog });
  const [old, next] = [
    { repositoryId: 11, repo: 'shop' },
    { repositoryId: 22, repo: 'Orders' },
  ];
  const first = await open();
  const plan = async (given: typeof old, version: string) => {
    const { id } = await first.takeIn(newMerge(given));
    return await first.settlePlan(id, publishing(artifact('orders', version)));
  };
  const [build] = (await plan(old, '1.0.0')).builds;
  const claim = (await first.claim(build?.id ?? '')) ?? assert.fail('no build');
  await first.endBuild(claim.build.id, claim.lease, published());
  assert.equal((await plan(next, '1.1.0')).conflicts[0]?.kind, 'service');

  const stop = await serveAdmin({ dataDir, verbs: storeVerbs(first), log: silentLog });
  assert.match(
    await transfer('transfer', 'orders', '--to', 'ACME/orders'),
    /^orders belongs to acme\/Orders \(id 22\) now, and no more to acme\/shop \(id 11\)\.\n/,
  );
  assert.match(await transfer('transfer', 'orders', '--to', 'acme/orders'), /already; nothing was changed/);
  assert.deepEqual((await plan(next, '1.1.0')).conflicts, []);
  assert.equal((await plan(old, '1.2.0')).conflicts[0]?.kind, 'service');
  // What is published stays so, whoever asks for it.
  assert.equal((await plan(next, '1.0.0')).conflicts[0]?.kind, 'version');
  const wrong: [string[], RegExp][] = [
    [['transfer', 'nothing', '--to', 'acme/shop'], /a service that Slipway has published, found `nothing`/],
    [['transfer', 'orders', '--to', 'acme/elsewhere'], /a repository that Slipway knows, found `acme\/elsewhere`/],
    [['transfer', 'orders', '--to', 'acme'], /--to: expected OWNER\/REPO, found `acme`/],
    [['transfer', 'orders'], /--to: expected OWNER\/REPO, found none/],
    [['transfer', '--to', 'acme/shop'], /Expected transfer and one service/],
    [['give', 'orders', '--to', 'acme/shop'], /Expected transfer and one service/],
  ];
  for (const [args, message] of wrong) {
    await assert.rejects(
      transfer(...args),
      (error: SlipwayError) => error.code === 'bad-usage' && message.test(error.message),
    );
  }
  await stop();
  await first.close();

  assert.deepEqual(JSON.parse(await transfer('transfer', 'orders', '--to', 'acme/shop', '--json')), {
    service: 'orders',
    kind: 'moved',
    from: { repositoryId: 22, owner: 'acme', repo: 'Orders' },
    to: { repositoryId: 11, owner: 'acme', repo: 'shop' },
  });
  const again = await open();
  assert.equal((await again.standing('orders')).owner?.repositoryId, 11);
  await again.close();
});
