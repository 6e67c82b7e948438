// Writes slipway.schema.json, by which editors check .github/slipway.yml.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { configurationJsonSchema } from '../src/plan/configuration-json-schema.ts';

const file = path.join(import.meta.dirname, '../slipway.schema.json');
await writeFile(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
