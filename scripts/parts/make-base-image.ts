import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';

const run = promisify(execFile);

/** Name of the image on the engine, for Dockerfiles that are built there. */
const localName = 'slipway-base';
const repository = 'base/busybox';
const tag = '1';

/** Rejects on an error inside the engine's stream, on the stream's error, and on its early close. */
function follow(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('close', () => reject(new Error('The engine ended its answer early.')));
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

/** The file system of a small image: a static busybox with all its programs. */
async function fileSystem(busybox: string): Promise<Readable> {
  const [binary, list] = await Promise.all([readFile(busybox), run(busybox, ['--list'])]);
  const archive = pack();
  const mtime = new Date(0);
  archive.entry({ name: 'bin/', type: 'directory', mode: 0o755, mtime });
  archive.entry({ name: 'tmp/', type: 'directory', mode: 0o1777, mtime });
  archive.entry({ name: 'etc/passwd', mtime }, 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  archive.entry({ name: 'etc/group', mtime }, 'root:x:0:\nnogroup:x:65534:\n');
  archive.entry({ name: 'bin/busybox', mode: 0o755, mtime }, binary);
  for (const applet of list.stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')) {
    archive.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox', mtime });
  }
  archive.finalize();
  return Readable.from(archive);
}

/**
 * Makes a small image with a shell on the engine (`slipway-base:1`) and pushes it to an open registry. No image can be
 * had from outside: it is made from the machine's static busybox.
 *
 * @param registry host:port
 * @returns its reference in the registry: `127.0.0.1:43210/base/busybox:1`
 */
export async function makeBaseImage(docker: Docker, registry: string, busybox: string): Promise<string> {
  const name = `${registry}/${repository}`;
  const options = { repo: name, tag };
  await follow(docker, await docker.importImage(await fileSystem(busybox), options));
  const image = docker.getImage(`${name}:${tag}`);
  await image.tag({ repo: localName, tag });
  await follow(docker, await image.push({ authconfig: {} }));
  return `${name}:${tag}`;
}
