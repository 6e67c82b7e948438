import { z } from 'zod';
import type { Act } from '../store/store.ts';
import { payloadFields } from './payload-fields.ts';

const { id, name } = payloadFields;

/** What every event holds that a person caused. */
export const around = {
  installation: z.object({ id }),
  repository: z.object({ id, name, owner: z.object({ login: name }) }),
  sender: z.object({ login: name }),
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
