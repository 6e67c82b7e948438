/** Speed and memory, as ratios measured side by side in one run: `npm run bench`, or `npm run bench -- small memory`
 * for some of receive, pages, requests, small, large and memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startParts } from '../scripts/parts/start-parts.ts';
import { benchMemory } from './memory.ts';
import { benchPages } from './pages.ts';
import { benchPublish, sizes } from './publish.ts';
import { benchRequests } from './requests.ts';

async function benchReceive(): Promise<void> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'receive.ts')], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error('the bench of the front door failed');
}

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);

const parts = await startParts({ log: (line) => console.log(line) });
try {
  process.env.SLIPWAY_TEST_DOCKER_HOST = parts.dockerHost;
  process.env.SLIPWAY_TEST_REGISTRY = parts.registry;
  process.env.SLIPWAY_TEST_BASE_IMAGE = parts.baseImage;
  if (isWanted('receive')) await benchReceive();
  if (isWanted('pages')) await benchPages(parts.baseImage);
  if (isWanted('requests')) await benchRequests();
  if (isWanted('small')) await benchPublish(parts, sizes.small);
  if (isWanted('large')) await benchPublish(parts, sizes.large);
  if (isWanted('memory')) await benchMemory(parts.baseImage);
} finally {
  await parts.stop();
}
