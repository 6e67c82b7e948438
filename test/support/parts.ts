function part(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run the tests through npm test`);
  return value;
}

/** Address of the tests' Docker Engine, as `DOCKER_HOST` has it. */
export const engineHost = (): string => part('SLIPWAY_TEST_DOCKER_HOST');

/** `host:port` of the tests' open registry. */
export const registryAddress = (): string => part('SLIPWAY_TEST_REGISTRY');

/** Reference of a small image with a shell, in the tests' registry. */
export const baseImage = (): string => part('SLIPWAY_TEST_BASE_IMAGE');
