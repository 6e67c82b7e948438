import { type Environment, present } from '../../environment.ts';

const secretKeys = [
  'PRIVATE_KEY',
  'WEBHOOK_SECRET',
  'GITHUB_CLIENT_SECRET',
  'REGISTRY_PASSWORD',
  'METRICS_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];

function passwordIn(address: string): readonly string[] {
  const { password = '' } = URL.parse(address) ?? {};
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

/**
 * Takes the environment's secrets out of what is printed, whoever's words they stand in: findings hold sentences of
 * drivers and servers.
 */
export function hideSecrets(environment: Environment): (text: string) => string {
  const set = present(environment);
  const given = secretKeys.flatMap((key) => set[key] ?? []);
  const secrets = [...given, ...['DATABASE_URL', 'PUBLIC_URL'].flatMap((key) => passwordIn(set[key] ?? ''))];
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '[hidden]'), text);
}
