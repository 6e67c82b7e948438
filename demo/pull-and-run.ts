import { setTimeout as pause } from 'node:timers/promises';
import { connectEngine } from '../src/build/docker/connect-engine.ts';

const patience = 30_000;

/** Pulls an image by its reference, runs it, asks it for a page over HTTP, and takes container and image away again. */
export async function pullAndRun(dockerHost: string, reference: string, page: string): Promise<string> {
  const { docker } = connectEngine({ ...process.env, DOCKER_HOST: dockerHost });
  const stream = await docker.pull(reference);
  const { promise: pulled, resolve, reject } = Promise.withResolvers<void>();
  docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  await pulled;
  const container = await docker.createContainer({
    Image: reference,
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }, AutoRemove: false },
  });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort;
    return await ask(`http://127.0.0.1:${port}${page}`);
  } finally {
    await container.remove({ force: true, v: true });
    await docker.getImage(reference).remove();
  }
}

/** The container's server may need a moment until it listens. */
async function ask(url: string): Promise<string> {
  const limit = Date.now() + patience;
  for (;;) {
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      if (Date.now() > limit) throw error;
      await pause(100);
    }
  }
}
