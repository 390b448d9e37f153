/**
 * Credentials out of the text of a `.netrc` file, where curl, pip and uv look for them too.
 *
 * The entry `default`, which is for every host, is passed over: a token is for one host.
 *
 * @module
 */

import { userAndPassword, type Authentication } from './authentication.ts';

interface Entry {
  readonly machine: string;
  readonly login?: string;
  readonly password?: string;
}

/**
 * Finds the credentials for the host of an address; `undefined` when the file has none. An entry that
 * names the port goes before one that does not.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when what it has cannot be a token.
 */
export function netrcCredentials(text: string, url: URL): Authentication | undefined {
  const entries = entriesOf(wordsOf(text));
  const forHost = (host: string): Entry | undefined =>
    entries.find(({ machine, password }) => machine === host && password !== undefined);
  const entry = forHost(url.host) ?? forHost(url.hostname);
  return entry?.password === undefined
    ? undefined
    : userAndPassword(entry.login ?? '', entry.password);
}

function entriesOf(words: readonly string[]): readonly Entry[] {
  const entries: Entry[] = [];
  let keyword = '';
  for (const word of words) {
    const last = entries.at(-1);
    if (keyword === 'machine') entries.push({ machine: word.toLowerCase() });
    if ((keyword === 'login' || keyword === 'password') && last !== undefined) {
      entries[entries.length - 1] = { ...last, [keyword]: word };
    }
    // An entry that no host has, so that what follows it belongs to nobody.
    if (keyword === '' && word === 'default') entries.push({ machine: '' });
    keyword = keyword === '' && takesValue.has(word) ? word : '';
  }
  return entries;
}

const takesValue: ReadonlySet<string> = new Set(['machine', 'login', 'password', 'account']);

/** Words between white space; a quoted one may have some. A comment takes the rest of its line. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let inMacro = false;
  for (const line of text.split(/\r?\n/)) {
    // A macro of ftp ends with an empty line.
    if (inMacro) inMacro = line.trim() !== '';
    else {
      const inLine = wordsOfLine(line, words.at(-1) ?? '');
      inMacro = inLine[0] === 'macdef';
      if (!inMacro) words.push(...inLine);
    }
  }
  return words;
}

function wordsOfLine(line: string, before: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)) {
    // A password may begin like a comment.
    if (word.startsWith('#') && !takesValue.has(words.at(-1) ?? before)) break;
    words.push(word.startsWith('"') ? word.slice(1, -1).replaceAll(/\\(.)/g, '$1') : word);
  }
  return words;
}
