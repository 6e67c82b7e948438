import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connectEngine } from '../../../src/build/docker/connect-engine.ts';

const root = path.join(import.meta.dirname, '../../..');

/** What the Dockerfile may see, which the engine leaves to its clients. */
async function contextOf(): Promise<string[]> {
  const lines = (await readFile(path.join(root, '.dockerignore'), 'utf8')).split('\n');
  return ['Dockerfile', ...lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))];
}

/**
 * Builds Slipway's own image with the repository's Dockerfile, on the engine's host network: packages come from outside.
 *
 * @returns seconds, and bytes of the image with and without its base
 */
export async function buildSlipwayImage(host: string, base: string, tag: string) {
  const { docker } = connectEngine({ DOCKER_HOST: host });
  const started = Date.now();
  const tar = spawn('tar', ['--create', `--directory=${root}`, ...(await contextOf())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (tar.stdout === null) throw new Error('tar has no output');
  const said: string[] = [];
  const stream = await docker.buildImage(tar.stdout, { t: tag, version: '2', networkmode: 'host' });
  await new Promise<void>((resolve, reject) => {
    stream.once('close', () => reject(new Error('the engine ended its answer early')));
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(new Error(`${error.message}\n${said.join('')}`)) : resolve()),
      (event) => {
        if (typeof event.aux === 'string')
          said.push(
            Buffer.from(event.aux, 'base64')
              .toString('utf8')
              .replace(/[^\x20-\x7e\n]+/g, ' '),
          );
        said.splice(0, said.length - 20);
      },
    );
  });
  const [whole, below] = await Promise.all([tag, base].map((name) => docker.getImage(name).inspect()));
  if (whole === undefined || below === undefined) throw new Error('the image is not there');
  return { seconds: (Date.now() - started) / 1000, bytes: whole.Size, own: whole.Size - below.Size };
}
