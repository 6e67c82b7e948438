import { z } from 'zod';
import { configurationPath, configurationSchema } from './configuration.ts';

/** What each key means, for the editor. */
const descriptions: Readonly<Record<string, string>> = {
  branches: 'Globs of the base branches whose merges are published.',
  version: 'What a merge without a version means.',
  missing: '`fail`: the merge is refused. `skip`: it publishes nothing.',
  services: 'The services of the repository. Default: one, the root.',
  path: 'Folder with package.json, and the build context. Default: the root of the repository.',
  name: 'Service name. Default: "service_name" of package.json, else its "name" without the scope.',
  dockerfile: 'The Dockerfile, relative to `path`. Default: Dockerfile.',
  type: '`docker`: an image in the registry. `ami`: an Amazon Machine Image.',
  build: 'How the image is built.',
  target: 'Stage of the Dockerfile. Default: the last one.',
  args: 'Build arguments. They are visible in the image: never a secret.',
  timeout: 'Time for fetch, build and push together: 90s, 20m, 2h. Default: BUILD_TIMEOUT of the server.',
  watch:
    'The service is published only if a pull request touches one of these: globs below `path`, below the root where they begin with `/`, taken out again where they begin with `!`.',
  packer: 'How Packer makes the image, for `ami`.',
  template: 'File or folder of the Packer template, relative to `path`. Default: packer.pkr.hcl.',
  variables: 'Variables of the template. They are no secrets.',
  only: 'Builds of the template to run. Default: all.',
  regions: 'Regions where the template publishes. Default: AWS_REGION of the worker.',
  tags: 'Aliases that a release moves, forward only.',
};

type Node = { [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON Schema (draft 7) of `.github/slipway.yml` for editors, from the definition that validates the file. */
export function configurationJsonSchema(): Node {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-7' }) as Node;
  describe(schema);
  return { ...schema, title: configurationPath };
}

function describe(node: Node): void {
  const { properties, additionalProperties, items } = node;
  if (isNode(properties)) {
    for (const [key, property] of Object.entries(properties)) {
      if (!isNode(property)) continue;
      const description = descriptions[key];
      if (description !== undefined) property.description = description;
      describe(property);
    }
  }
  // Every scalar is read as the text that stands there: `1.10` is no number.
  if (isNode(additionalProperties)) additionalProperties.type = ['string', 'number', 'boolean'];
  if (isNode(items)) describe(items);
}
