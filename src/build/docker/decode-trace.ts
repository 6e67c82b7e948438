import protobuf from 'protobufjs/light.js';
import { SlipwayError } from '../../errors.ts';
import { traceDescriptor } from './trace-descriptor.ts';

export type Vertex = {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: Date | undefined;
  readonly completed: Date | undefined;
  /** Empty where there is none. */
  readonly error: string;
};

/** What BuildKit tells at once: `moby.buildkit.v1.StatusResponse`. */
export type Trace = {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly { readonly id: string; readonly vertex: string; readonly completed: boolean }[];
  readonly logs: readonly { readonly vertex: string; readonly stream: number; readonly msg: Uint8Array }[];
  readonly warnings: readonly { readonly vertex: string; readonly short: string }[];
};

type Timestamp = { readonly seconds: number; readonly nanos: number } | null;
type Wire = {
  vertexes: (Omit<Vertex, 'started' | 'completed'> & { started: Timestamp; completed: Timestamp })[];
  statuses: { ID: string; vertex: string; completed: Timestamp }[];
  logs: { vertex: string; stream: number; msg: Buffer }[];
  warnings: { vertex: string; short: Buffer }[];
};

function dateOf(timestamp: Timestamp): Date | undefined {
  return timestamp === null ? undefined : new Date(timestamp.seconds * 1000 + Math.floor(timestamp.nanos / 1e6));
}

/** Makes the decoder of `aux` in messages with the id `moby.buildkit.trace` (base64). */
export function traceDecoder(): (aux: string) => Trace {
  const type = protobuf.Root.fromJSON(traceDescriptor).lookupType('StatusResponse');
  return (aux) => {
    try {
      const message = type.decode(Buffer.from(aux, 'base64'));
      const wire = type.toObject(message, { longs: Number, defaults: true }) as Wire;
      return {
        vertexes: wire.vertexes.map((vertex) => ({
          ...vertex,
          started: dateOf(vertex.started),
          completed: dateOf(vertex.completed),
        })),
        statuses: wire.statuses.map(({ ID, vertex, completed }) => ({ id: ID, vertex, completed: completed !== null })),
        logs: wire.logs,
        warnings: wire.warnings.map(({ vertex, short }) => ({ vertex, short: short.toString('utf8') })),
      };
    } catch (cause) {
      throw new SlipwayError('engine-lost', 'BuildKit’s progress cannot be read: expected a StatusResponse.', {
        cause,
      });
    }
  };
}
