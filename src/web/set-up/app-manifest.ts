import { z } from 'zod';

/** What GitHub makes an App of (GitHub Docs, "Registering a GitHub App from a manifest"). */
export type AppManifest = z.infer<typeof appManifest>;

/** The part of app.yml that is the same for everybody. */
const appManifest = z.strictObject({
  name: z.string(),
  url: z.string(),
  description: z.string(),
  public: z.literal(false),
  hook_attributes: z.strictObject({ url: z.string(), active: z.literal(true) }),
  callback_urls: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
  redirect_url: z.string().optional(),
});

/** Characters of an App's name that GitHub takes. */
const longestName = 34;

/**
 * app.yml with this server's own addresses. Names of Apps are unique on GitHub, so the host is part of it; whoever makes
 * the App can change it there.
 *
 * @param template app.yml, parsed
 * @param webhookUrl where GitHub sends deliveries: the server's own route, or a smee channel
 * @throws {ZodError} when app.yml is no manifest
 */
export function createAppManifest(
  template: unknown,
  { publicUrl, webhookUrl }: { readonly publicUrl: string; readonly webhookUrl: string },
): AppManifest {
  const manifest = appManifest.parse(template);
  return {
    ...manifest,
    name: `${manifest.name} ${new URL(publicUrl).hostname}`.slice(0, longestName).trim(),
    url: publicUrl,
    hook_attributes: { ...manifest.hook_attributes, url: webhookUrl },
    callback_urls: [`${publicUrl}/signin/callback`],
    redirect_url: `${publicUrl}/setup/callback`,
  };
}
