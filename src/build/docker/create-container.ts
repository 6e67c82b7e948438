import type Docker from 'dockerode';
import type { ContainerPlan } from './containers.ts';

const mib = 2 ** 20;

/**
 * A container of one program that sees a tree it cannot change and may write to `/work` and `/tmp` only. Nothing of the
 * machine is mounted: the engine may stand on another one.
 */
export async function createContainer(docker: Docker, plan: ContainerPlan): Promise<Docker.Container> {
  const [program, ...args] = plan.command;
  return await docker.createContainer({
    name: plan.name,
    Image: plan.image,
    Entrypoint: [program],
    Cmd: args,
    // A signal is for all processes of the container, as it is at a terminal: Packer's own parent passes none on.
    Env: Object.entries({ ...plan.environment, TINI_KILL_PROCESS_GROUP: '1' }).map(([key, value]) => `${key}=${value}`),
    Labels: { ...plan.labels },
    User: '0:0',
    WorkingDir: '/source',
    HostConfig: {
      Init: true,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: plan.memory,
      MemorySwap: plan.memory,
      PidsLimit: plan.processes,
      ...(plan.isolated && { NetworkMode: 'none' }),
      Mounts: [
        { Type: 'volume', Source: plan.source, Target: '/source', ReadOnly: true },
        // Without a name: it goes with the container.
        { Type: 'volume', Source: '', Target: '/work' },
      ],
      Tmpfs: { '/tmp': `rw,exec,nosuid,nodev,mode=1777,size=${256 * mib}` },
      // Whatever the engine's default is, a later worker must be able to read it from its first line.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '50m', 'max-file': '1' } },
    },
  });
}
