import type { Configuration } from './configuration.ts';

/** Whether it matters (and costs requests) which files a pull request touches. */
export function asksForFiles({ services }: Configuration): boolean {
  return services.length > 1 || services.some(({ watch }) => watch.length !== 1 || watch[0] !== '**');
}
