/** Path of a service's page; a name may hold slashes. */
export function serviceHref(
  { owner, repo }: { readonly owner: string; readonly repo: string },
  service: string,
): string {
  const parts = [owner, repo, ...service.split('/')];
  return `/services/${parts.map(encodeURIComponent).join('/')}`;
}
