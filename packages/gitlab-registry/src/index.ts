/**
 * Clients for the package registries of a GitLab project: PyPI, generic packages, packages API.
 *
 * @module
 */

export {
  deployToken,
  jobToken,
  oauthToken,
  personalToken,
  userAndPassword,
} from './authentication.ts';
export { createDispatcher } from './dispatcher.ts';
export { RegistryError } from './errors.ts';
export { createGenericPackages } from './generic-packages.ts';
export { genericVersion, versionOfGeneric } from './generic-version.ts';
export { netrcCredentials } from './netrc.ts';
export { createPackagesApi } from './packages-api.ts';
export { createPyPIRegistry } from './pypi-registry.ts';
export { proveCredentials } from './prove-credentials.ts';
export { createSimpleIndex } from './simple-index.ts';
export { parseSimpleIndex } from './parse-simple-index.ts';
export type { Authentication, RegistryRoute } from './authentication.ts';
export type {
  ApiConnection,
  CallOptions,
  DownloadOptions,
  GitLabConnection,
  GitLabGroupConnection,
  RetryPolicy,
  Timeouts,
} from './connection.ts';
export type { ClientCertificate, DispatcherOptions, ProxySettings } from './dispatcher.ts';
export type { RegistryErrorCode, RegistryErrorOptions } from './errors.ts';
export type { GenericFile, GenericPackages } from './generic-packages.ts';
export type { StoredFile } from './stored-file.ts';
export type { PackageFilter } from './package-filter.ts';
export type { Package, PackageFile, PackagesApi } from './packages-api.ts';
export type { PyPIRegistry, UploadOptions } from './pypi-registry.ts';
export type { SimpleIndexFile } from './parse-simple-index.ts';
export type { SimpleIndex } from './simple-index.ts';
export type { TruncatedField } from './truncated-fields.ts';
