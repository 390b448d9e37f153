/**
 * Certificates of a private authority, made by openssl for the time of a test.
 *
 * @module
 */

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface PrivateAuthority {
  /** Its own certificate. */
  readonly certificate: string;
  /** One for a server on this machine, or for a client. */
  readonly issue: (name: string) => Promise<Certificate>;
}

/** Makes an authority that nobody trusts yet; its files stay in the folder. */
export async function createAuthority(parent: string): Promise<PrivateAuthority> {
  const folder = await mkdtemp(join(parent, 'authority-'));
  const make = async (name: string, ...options: readonly string[]): Promise<Certificate> => {
    const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const files = ['-keyout', key, '-out', certificate, '-subj', `/CN=${name}`, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...algorithm, ...files, ...options], {
      stdio: 'pipe',
    });
    return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
  };
  const { certificate } = await make('authority');
  const signedBy = ['-CA', join(folder, 'authority.pem'), '-CAkey', join(folder, 'authority.key')];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  return { certificate, issue: async (name) => make(name, ...signedBy, ...names, ...leaf) };
}
