import { z } from 'zod';
import { setVersion } from '../report/set-version.ts';
import type { Act } from '../store/store.ts';
import { actOf, around } from './act-of.ts';
import { payloadFields } from './payload-fields.ts';
import { readCommand } from './read-command.ts';
import { readRelabel } from './read-relabel.ts';
import { storable } from './storable.ts';
import type { Delivery } from './take-delivery.ts';
import type { Intake } from './take-merge-in.ts';

const button = z.object({
  ...around,
  check_run: z.object({ id: payloadFields.id }),
  requested_action: z.object({ identifier: z.enum(['cancel', 'rebuild', 'rebuild-no-cache']) }),
});
const versionButton = z.object({
  ...around,
  check_run: z.object({ id: payloadFields.id }),
  requested_action: z.object({ identifier: z.string().startsWith(setVersion).max(20).transform(storable) }),
});
const check = z.object({ ...around, check_run: z.object({ id: payloadFields.id }) });
const suite = z.object({ ...around, check_suite: z.object({ head_sha: payloadFields.commit }) });

function readAct(delivery: Delivery): Act | undefined {
  const { id, name, payload } = delivery;
  if (name === 'issue_comment') return readCommand(delivery);
  if (name === 'pull_request') return readRelabel(delivery);
  if (name === 'check_suite') {
    const { data } = suite.safeParse(payload);
    return data && actOf(id, data, { what: 'rebuild', about: { headSha: data.check_suite.head_sha } });
  }
  if (payload.action === 'rerequested') {
    const { data } = check.safeParse(payload);
    return data && actOf(id, data, { what: 'rebuild', about: { checkRunId: data.check_run.id } });
  }
  const { data: version } = versionButton.safeParse(payload);
  if (version !== undefined) {
    const about = {
      checkRunId: version.check_run.id,
      version: version.requested_action.identifier.slice(setVersion.length),
    };
    return actOf(id, version, { what: 'set-version', about });
  }
  const { data } = button.safeParse(payload);
  return data && actOf(id, data, { what: data.requested_action.identifier, about: { checkRunId: data.check_run.id } });
}

/** Makes a durable job of a button, a re-run from the Checks tab, a command in a comment, a label after the merge. Whether the sender may is asked when it is handled. */
export async function takeActIn(delivery: Delivery, { store, owners, log }: Intake): Promise<void> {
  const act = readAct(delivery);
  if (act === undefined) {
    log.info({ delivery: delivery.id }, 'nothing to do: no button of ours, no command, or the payload is not usable');
    return;
  }
  if (owners.isAllowed(act.owner) === 'no') {
    log.info({ delivery: delivery.id }, `nothing to do: ${act.owner} is not among the accounts that are served`);
    return;
  }
  await store.takeAct(act);
  log.info({ delivery: delivery.id, what: act.what, sender: act.sender }, 'act taken in');
}
