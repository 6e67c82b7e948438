/** A machine image in a region. */
export type AmiId = { readonly region: string; readonly id: string };

/** What stands for the digest of an `ami` artifact: `eu-central-1:ami-0a1b...,us-east-1:ami-0c2d...`, as Packer writes it. */
export const formatAmiIds = (ids: readonly AmiId[]): string => ids.map(({ region, id }) => `${region}:${id}`).join(',');

/** The ids in a text of that form; none in any other. */
export function parseAmiIds(text: string): readonly AmiId[] {
  return text.split(',').flatMap((part) => {
    const [, region, id] = /^([a-z0-9-]+):(ami-[0-9a-f]+)$/.exec(part.trim()) ?? [];
    return region === undefined || id === undefined ? [] : [{ region, id }];
  });
}
