import { z } from 'zod';
import type { Store } from '../store/store.ts';
import type { AdminVerbs } from './serve-admin.ts';

const transferQuestion = z.object({ service: z.string(), owner: z.string(), repo: z.string() });

/** What commands ask of the store, whoever holds it: the running server, or the command itself. */
export function storeVerbs(store: Pick<Store, 'services' | 'transferService'>) {
  return {
    services: async () => ({ services: await store.services() }),
    transfer: async (question) => {
      const { service, ...to } = transferQuestion.parse(question);
      return await store.transferService(service, to);
    },
  } satisfies AdminVerbs;
}
