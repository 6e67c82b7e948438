import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const schema = z.object({
  default_permissions: z.record(z.string(), z.string()),
  default_events: z.array(z.string()),
});

const file = new URL('../../../app.yml', import.meta.url);

/** What the App needs, as app.yml has it. */
export async function readWanted() {
  const { default_permissions: permissions, default_events: events } = schema.parse(
    parse(await readFile(file, 'utf8')),
  );
  return { permissions, events };
}
