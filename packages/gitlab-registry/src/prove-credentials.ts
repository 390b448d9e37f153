/**
 * Whether GitLab knows who calls.
 *
 * A 200 does not say so: on the PyPI routes of a public project GitLab takes a wrong user name and
 * password for nobody's, and answers as it would to anyone. The generic routes read each kind of token
 * from a header of its own, and refuse one they do not know.
 *
 * @module
 */

import type { Authentication } from './authentication.ts';
import type { CallOptions, GitLabConnection } from './connection.ts';
import { projectUrl } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { discard } from './response-body.ts';
import { withRequestId } from './request-id.ts';
import { withRetries } from './retries.ts';
import { send } from './transport.ts';

/**
 * Asks GitLab for a file that nobody has, which only tells whether it knows the credentials. Answers
 * `anonymous` when there are none, and `unknown` for credentials that GitLab may take for nobody's.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when GitLab does not know them, with
 *   `REGISTRY_FORBIDDEN` or `REGISTRY_NOT_FOUND` when it does and they open nothing here.
 */
export async function proveCredentials(
  connection: GitLabConnection,
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<'known' | 'anonymous' | 'unknown'> {
  const { auth } = connection;
  if (auth === undefined) return 'anonymous';
  if (mayBeTakenForNobody(auth)) return 'unknown';
  const url = projectUrl(connection, ['packages', 'generic', 'wheelseal', '0', 'nothing']);
  const action = `use ${auth.describe}`;
  const call = { action, method: 'GET', route: 'generic', url, signal } as const;
  const redirects = { follow: 'api' } as const;
  return withRetries<'known'>(connection.retries, signal, async () => {
    const answer = await send(connection, { ...call, redirects }).catch((error: unknown) => {
      if (!isMissingFile(error)) throw error;
    });
    if (answer === undefined) return 'known';
    await discard(answer);
    throw withRequestId(connection, answer, notGitLab(action, answer.status));
  });
}

/** GitLab looks for the file last, and spells its absence in a way of its own. */
function isMissingFile(error: unknown): boolean {
  if (!(error instanceof RegistryError) || error.code !== 'REGISTRY_NOT_FOUND') return false;
  return error.message.includes('`404 Not found`');
}

function notGitLab(action: string, status: number): RegistryError {
  return new RegistryError(
    `cannot ${action}: expected the answer 404 to a file that nobody has, found ${status}`,
    {
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: 'Check the API URL: no login page or proxy may answer in its place.',
    },
  );
}

/** On the generic routes too, Basic falls back to anonymous for all but the job token's user. */
function mayBeTakenForNobody(auth: Authentication): boolean {
  const [name, value] = auth.header('generic');
  if (name.toLowerCase() !== 'authorization') return false;
  const encoded = /^basic\s+(\S+)/i.exec(value)?.[1];
  if (encoded === undefined) return false;
  return !Buffer.from(encoded, 'base64').toString().startsWith('gitlab-ci-token:');
}
