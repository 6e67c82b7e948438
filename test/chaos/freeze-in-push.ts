import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/until.ts';
import type { ChaosServer, Line } from './chaos-server.ts';

/** Milliseconds; a lease is lost within a minute. */
const longest = 90_000;

/**
 * Freezes a worker in the middle of its first push, and wakes it when another one has taken the build.
 *
 * @returns what it did wrong after it was woken; undefined where it had nothing to push
 */
export async function freezeInPush(
  worker: ChaosServer,
  others: ChaosServer,
  isOver: () => boolean,
): Promise<readonly string[] | undefined> {
  const isPush = ({ msg }: Line) => msg === 'phase push';
  await until('a push', () => isOver() || worker.lines.some(isPush), 600_000);
  const build = worker.lines.find(isPush)?.build;
  if (build === undefined) return undefined;
  worker.signal('SIGSTOP');
  const [own, theirs] = [worker.lines.length, others.lines.length];
  const taken = () => others.lines.slice(theirs).some((line) => line.build === build && line.msg.startsWith('phase'));
  await Promise.race([until('another worker has the build', taken, longest + 5000), pause(longest)]);
  const lost = taken();
  worker.signal('SIGCONT');
  if (!lost) return [`build ${build} of a frozen worker was not taken by another one`];
  await until('the woken worker looks after its build', () => worker.lines.length > own);
  await pause(2000);
  const late = worker.lines.slice(own).filter((line) => line.build === build && /published$|^staged$/.test(line.msg));
  return late.map(({ msg }) => `the woken worker went on with build ${build}: ${msg}`);
}
