/**
 * How requests get out: through a proxy, to a GitLab with a certificate of its own, with a client
 * certificate.
 *
 * A private authority is trusted beside the ones that Node trusts, not in their place: downloads are
 * redirected to object storage, which mostly has a public certificate.
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates } from 'node:tls';
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { RegistryError } from './errors.ts';

/** What stands between this machine and GitLab. Texts are PEM, as files have it. */
export interface DispatcherOptions {
  /** Authorities to trust beside those of Node; what `CI_SERVER_TLS_CA_FILE` names. */
  readonly certificateAuthorities?: string;
  /** Shown to every host that asks for one. */
  readonly clientCertificate?: ClientCertificate;
  /** Proxies by the scheme of what is asked for; none when absent. */
  readonly proxy?: ProxySettings;
  /** Milliseconds a connection may take to be made; 10,000 when absent. */
  readonly connectTimeout?: number;
}

/** Proves to a server, or to a proxy before it, which machine calls. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly passphrase?: string;
}

/** Where proxies are, with user name and password where they ask for them. */
export interface ProxySettings {
  /** As `HTTP_PROXY` has it. */
  readonly http?: string;
  /** As `HTTPS_PROXY` has it; that of `http` when absent. */
  readonly https?: string;
  /** Hosts to reach directly, as `NO_PROXY` has them. */
  readonly except?: string;
}

/**
 * Makes what {@link ApiConnection.dispatcher} takes, and pipes of other clients that use undici. Close it
 * when it is not needed any more.
 *
 * @throws RegistryError with code `CONNECTION_SETTING_INVALID`.
 */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const { proxy = {}, connectTimeout } = options;
  const trust = trustOf(options);
  const requestTls = { ...trust, ...identityOf(options) };
  return new EnvHttpProxyAgent({
    // Empty where there is none: otherwise undici would look into the environment.
    httpProxy: checkedProxy(proxy.http),
    httpsProxy: checkedProxy(proxy.https ?? proxy.http),
    noProxy: proxy.except ?? '',
    connect: { ...requestTls, ...(connectTimeout !== undefined && { timeout: connectTimeout }) },
    requestTls,
    proxyTls: trust,
    ...(connectTimeout !== undefined && { connectTimeout }),
  });
}

function trustOf({ certificateAuthorities }: DispatcherOptions) {
  if (certificateAuthorities === undefined) return {};
  const found = certificateAuthorities.match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  );
  if (found === null) throw invalid('the certificate authorities hold no certificate');
  return { ca: [...getCACertificates('default'), ...found.map(readable)] };
}

/** Node passes over what it cannot read, and would then trust less than it was told to. */
function readable(certificate: string): string {
  try {
    return new X509Certificate(certificate).toString();
  } catch (cause) {
    throw invalid('a certificate authority cannot be read', cause);
  }
}

function identityOf({ clientCertificate }: DispatcherOptions) {
  if (clientCertificate === undefined) return {};
  const { certificate: cert, key, passphrase } = clientCertificate;
  const identity = { cert, key, ...(passphrase !== undefined && { passphrase }) };
  try {
    createSecureContext(identity);
  } catch (cause) {
    throw invalid('the client certificate and its key cannot be used', cause);
  }
  return identity;
}

/** The address may hold a password, so that no message shows it. */
function checkedProxy(address: string | undefined): string {
  if (address === undefined || address === '') return '';
  const url = URL.parse(address.includes('://') ? address : `http://${address}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw invalid('the address of a proxy is neither http nor https');
}

function invalid(what: string, cause?: unknown): RegistryError {
  return new RegistryError(what, {
    code: 'CONNECTION_SETTING_INVALID',
    hint: 'Check the file or the variable the setting comes from.',
    ...(cause !== undefined && { cause }),
  });
}
