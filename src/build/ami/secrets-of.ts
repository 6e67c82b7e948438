import type { Environment } from '../../settings.ts';

/** The password of an address such as `http://user:password@proxy.lan:3128`. */
function passwordIn(value: string): string[] {
  const { password = '' } = URL.parse(value) ?? {};
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

/** What nobody may read of the environment that Packer was given. */
export function secretsOf(environment: Environment): readonly string[] {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => passwordIn(environment[name] ?? ''));
  return [id, secret, token, ...proxies].filter((value) => value !== undefined);
}
