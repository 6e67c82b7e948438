// `npm run chaos -- --seed N --merges M`: merges while everything fails, in a run that ends by itself; prints a table.
import { parseArgs } from 'node:util';
import { tableOf } from '../test/chaos/check-outcome.ts';
import { runChaos } from '../test/chaos/run-chaos.ts';
import { startParts } from './parts/start-parts.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, merges: { type: 'string', default: '20' } },
});
const [seed, merges] = [Number(values.seed), Number(values.merges)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(merges) || merges < 1) {
  console.error('Expected whole numbers: npm run chaos -- --seed 7 --merges 20');
  process.exit(2);
}
const say = (line: string): void => console.log(line);
const parts = await startParts({ log: say });
process.env.SLIPWAY_TEST_DOCKER_HOST = parts.dockerHost;
process.env.SLIPWAY_TEST_REGISTRY = parts.registry;
process.env.SLIPWAY_TEST_BASE_IMAGE = parts.baseImage;
try {
  const began = Date.now();
  const { seen, problems } = await runChaos({ seed, merges, limit: 120_000 + merges * 5000, say });
  say(tableOf(seen));
  for (const problem of problems) say(problem);
  const wrong = problems.length + seen.filter((one) => one.problems.length > 0).length;
  const seconds = Math.round((Date.now() - began) / 1000);
  say(`seed ${seed}: ${seen.length} merges, ${wrong === 0 ? 'nothing lost' : `${wrong} problems`}, ${seconds} s`);
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await parts.stop();
}
