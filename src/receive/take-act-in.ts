import { z } from 'zod';
import type { Act } from '../store/store.ts';
import type { Delivery } from './take-delivery.ts';
import type { Intake } from './take-merge-in.ts';

const around = {
  installation: z.object({ id: z.int().positive() }),
  repository: z.object({ id: z.int().positive(), name: z.string(), owner: z.object({ login: z.string() }) }),
  sender: z.object({ login: z.string().min(1) }),
};
const button = z.object({
  ...around,
  check_run: z.object({ id: z.int().positive() }),
  requested_action: z.object({ identifier: z.enum(['cancel', 'rebuild', 'rebuild-no-cache']) }),
});
const check = z.object({ ...around, check_run: z.object({ id: z.int().positive() }) });
const suite = z.object({ ...around, check_suite: z.object({ head_sha: z.string().regex(/^[0-9a-f]{40,64}$/) }) });

type Around = z.infer<z.ZodObject<typeof around>>;

const actOf = (id: string, { installation, repository, sender }: Around, act: Pick<Act, 'what' | 'about'>): Act => ({
  ...act,
  repositoryId: repository.id,
  installationId: installation.id,
  owner: repository.owner.login,
  repo: repository.name,
  sender: sender.login,
  deliveryId: id,
});

function readAct({ id, name, payload }: Delivery): Act | undefined {
  if (name === 'check_suite') {
    const { data } = suite.safeParse(payload);
    return data && actOf(id, data, { what: 'rebuild', about: { headSha: data.check_suite.head_sha } });
  }
  if (payload.action === 'rerequested') {
    const { data } = check.safeParse(payload);
    return data && actOf(id, data, { what: 'rebuild', about: { checkRunId: data.check_run.id } });
  }
  const { data } = button.safeParse(payload);
  return data && actOf(id, data, { what: data.requested_action.identifier, about: { checkRunId: data.check_run.id } });
}

/** Makes a durable job of a button, or of a re-run from the Checks tab. Whether the sender may is asked when it is handled. */
export async function takeActIn(delivery: Delivery, { store, owners, log }: Intake): Promise<void> {
  const act = readAct(delivery);
  if (act === undefined) {
    log.info({ delivery: delivery.id }, 'nothing to do: no button of ours, or the payload is not usable');
    return;
  }
  if (owners.isAllowed(act.owner) === 'no') {
    log.info({ delivery: delivery.id }, `nothing to do: ${act.owner} is not among the accounts that are served`);
    return;
  }
  await store.takeAct(act);
  log.info({ delivery: delivery.id, what: act.what, sender: act.sender }, 'act taken in');
}
