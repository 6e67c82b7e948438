import { z } from 'zod';
import type { Act } from '../store/store.ts';

/** What every event holds that a person caused. */
export const around = {
  installation: z.object({ id: z.int().positive() }),
  repository: z.object({ id: z.int().positive(), name: z.string(), owner: z.object({ login: z.string() }) }),
  sender: z.object({ login: z.string().min(1) }),
};
type Around = z.infer<z.ZodObject<typeof around>>;

/** An act with who asked for it, and where. */
export const actOf = (
  id: string,
  { installation, repository, sender }: Around,
  act: Pick<Act, 'what' | 'about'>,
): Act => ({
  ...act,
  repositoryId: repository.id,
  installationId: installation.id,
  owner: repository.owner.login,
  repo: repository.name,
  sender: sender.login,
  deliveryId: id,
});
