import type { BuildEvent, BuildStep } from '../../build-terms.ts';
import { type Trace, traceDecoder, type Vertex } from './decode-trace.ts';
import { auxId, type Follower } from './follower.ts';
import { stepLog } from './step-log.ts';

const stopped = /context canceled|^canceled$/i;

function stepOf(vertex: Vertex): BuildStep {
  return {
    id: vertex.digest,
    name: vertex.name,
    cached: vertex.cached,
    ...(vertex.started && { startedAt: vertex.started }),
    ...(vertex.completed && { endedAt: vertex.completed }),
    ...(vertex.error !== '' && { error: vertex.error }),
  };
}

/** Follows BuildKit: its traces in messages with the id `moby.buildkit.trace`. */
export function followBuildkit(onEvent: (event: BuildEvent) => void): Follower {
  const decode = traceDecoder();
  const log = stepLog(onEvent);
  const failed = new Map<string, Vertex>();
  const told = new Set<string>();
  let image: string | undefined;

  function takeTrace(trace: Trace): void {
    // Steps begin before their output and end after it; one message can hold all three in another order.
    const ended = (vertex: Vertex): boolean => vertex.completed !== undefined;
    for (const vertex of trace.vertexes) if (!ended(vertex)) log.step(stepOf(vertex));
    for (const { vertex, stream, msg } of trace.logs) log.output(vertex, msg, stream);
    for (const { vertex, short } of trace.warnings) log.output(vertex, `Warning: ${short}\n`, 0);
    for (const { id, vertex, completed } of trace.statuses) {
      // The name is ours, for as long as the build lasts, and tells people nothing.
      if (!completed || told.has(`${vertex} ${id}`) || id.startsWith('naming to ')) continue;
      told.add(`${vertex} ${id}`);
      log.output(vertex, `${id} done\n`, 0);
    }
    for (const vertex of trace.vertexes) {
      if (!ended(vertex)) continue;
      log.step(stepOf(vertex));
      if (vertex.error !== '') failed.set(vertex.digest, vertex);
    }
  }

  return {
    take(message) {
      if (message.id === 'moby.buildkit.trace' && typeof message.aux === 'string') takeTrace(decode(message.aux));
      else if (message.id === 'moby.image.id') image = auxId(message);
      else if (message.stream !== undefined && !message.stream.startsWith('Successfully tagged '))
        log.output(undefined, message.stream);
    },
    end: () => log.end(new Date()),
    imageId: () => image,
    place(failure) {
      // When one of several steps at once fails, BuildKit stops the others, and these have an error too.
      const candidates = [...failed.values()].filter((vertex) => !stopped.test(vertex.error));
      const vertex = candidates.find(({ error }) => failure.includes(error)) ?? candidates[0];
      return { step: vertex?.name, ordinal: undefined, tail: vertex ? log.tail(vertex.digest) : [] };
    },
  };
}
