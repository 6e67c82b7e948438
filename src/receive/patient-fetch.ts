/**
 * A fetch for octokit, which by itself waits for ever on a GitHub that takes a request and says nothing, and takes a JSON
 * answer that breaks off for an empty one. JSON is read to its end here, within the time; an archive may take its time
 * once it has begun.
 *
 * @param patience milliseconds until an answer has begun, and if it is JSON, ended
 */
export function patientFetch(patience: number): typeof fetch {
  return async (input, init = {}) => {
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(new Error(`no answer within ${patience / 1000} s`)), patience);
    const signals = [silent.signal, ...(init.signal ? [init.signal] : [])];
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      if (!isJson || response.body === null) return response;
      const { status, statusText, headers, url } = response;
      const whole = new Response(await response.arrayBuffer(), { status, statusText, headers });
      return Object.defineProperty(whole, 'url', { value: url });
    } finally {
      clearTimeout(timer);
    }
  };
}
