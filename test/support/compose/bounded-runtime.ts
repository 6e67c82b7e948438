import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCommand } from '../../../scripts/parts/install-packages.ts';

/** Names by bit (linux/capability.h). */
const names = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER'],
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE'],
  ...['SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP'],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  'CHECKPOINT_RESTORE',
];

/**
 * The configuration of an engine on which `--privileged` works where we ourselves lack a capability, as in a container or
 * a small virtual machine: a privileged container gets what we have. runc alone refuses it altogether.
 *
 * @param folder where the runtime is written
 */
export async function boundedRuntime(folder: string): Promise<object> {
  const [, bounding = ''] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  const missing = names.filter((_, bit) => (BigInt(`0x${bounding}`) & (1n << BigInt(bit))) === 0n);
  if (missing.length === 0) return {};
  const take = `sed -i ${missing.map((name) => `-e 's/"CAP_${name}",//g'`).join(' ')}`;
  const file = path.join(folder, 'runtime.sh');
  const script = `#!/bin/sh
before=
for word in "$@"; do
  case "$before" in
    --bundle) ${take} "$word/config.json" ;;
    --process) ${take} "$word" ;;
  esac
  before=$word
done
exec ${findCommand('runc')} "$@"
`;
  await writeFile(file, script, { mode: 0o755 });
  return { runtimes: { bounded: { path: file } }, 'default-runtime': 'bounded' };
}
