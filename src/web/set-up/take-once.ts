/** A GitHub App that was taken over, as its page tells of it. */
export type TakenApp = { readonly name: string; readonly page: string };

/**
 * One App for one server, however many browsers come back from GitHub: they are taken one after the other, and after the
 * first that succeeds no more. Codes of the others stay unused.
 *
 * @returns the App of this code, again too; undefined where the server has another one
 */
export function createTakeOnce(
  take: (code: string) => Promise<TakenApp>,
): (code: string) => Promise<TakenApp | undefined> {
  let last: Promise<{ readonly code: string; readonly app: TakenApp } | undefined> = Promise.resolve(undefined);
  return async (code) => {
    const own = last.then(async (taken) => taken ?? { code, app: await take(code) });
    last = own.catch(() => undefined);
    const taken = await own;
    return taken.code === code ? taken.app : undefined;
  };
}
