import { z } from 'zod';
import { readBumpLabel } from '../plan/read-bump-label.ts';
import { readVersionLabel } from '../plan/read-version-label.ts';
import type { Act } from '../store/store.ts';
import { actOf, around } from './act-of.ts';
import { payloadFields } from './payload-fields.ts';
import type { Delivery } from './take-delivery.ts';

const label = z.object({ name: payloadFields.text });
const schema = z.object({
  ...around,
  label,
  pull_request: z.object({ number: payloadFields.number, merged: z.literal(true), labels: z.array(label) }),
});

/** A label with a version that is put on a pull request after its merge. */
export function readRelabel({ id, payload }: Delivery): Act | undefined {
  const { data } = schema.safeParse(payload);
  if (data === undefined) return undefined;
  const { name } = data.label;
  if (readVersionLabel(name) === undefined && readBumpLabel(name) === undefined) return undefined;
  const { number, labels } = data.pull_request;
  return actOf(id, data, { what: 'relabel', about: { number, labels: labels.map((one) => one.name) } });
}
