import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { connectEngine } from '../../src/build/docker/connect-engine.ts';
import { baseImage, engineHost } from './parts.ts';

/** Builds an image on the tests' engine: the base image with these programs, by their paths. @returns its tag */
export async function buildTestImage(
  tag: string,
  programs: Readonly<Record<string, Buffer | string>>,
): Promise<string> {
  const archive = pack();
  const copies = Object.keys(programs).map((file) => `COPY ${file.slice(1)} ${file}`);
  archive.entry({ name: 'Dockerfile' }, [`FROM ${baseImage()}`, ...copies, ''].join('\n'));
  for (const [file, content] of Object.entries(programs)) archive.entry({ name: file.slice(1), mode: 0o755 }, content);
  archive.finalize();
  const { docker } = connectEngine({ DOCKER_HOST: engineHost() });
  const stream = await docker.buildImage(Readable.from(archive), { t: tag });
  await new Promise<void>((resolve, reject) => {
    stream.once('close', () => reject(new Error('The engine ended its answer early.')));
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
  return tag;
}
