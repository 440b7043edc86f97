/**
 * Stands for `@actions/http-client` in the bundle (`paths` in tsconfig.json, docs/adr/0014): `@actions/core` would load it,
 * and undici with it, at every start, for a token that is never asked for.
 */
export let HttpClient: typeof import('@actions/http-client').HttpClient;

/** Loads the real one, which `@actions/github` uses. */
export async function loadHttpClient(): Promise<void> {
  ({ HttpClient } = await import('../node_modules/@actions/http-client/lib/index.js'));
}
