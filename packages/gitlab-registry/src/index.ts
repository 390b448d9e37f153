/**
 * Clients for the package registries of a GitLab project: PyPI, generic packages, packages API.
 *
 * @module
 */

export { deployToken, jobToken, personalToken } from './authentication.ts';
export { RegistryError } from './errors.ts';
export { createGenericPackages } from './generic-packages.ts';
export { genericVersion, versionOfGeneric } from './generic-version.ts';
export { createPackagesApi } from './packages-api.ts';
export { createPyPIRegistry } from './pypi-registry.ts';
export { parseSimpleIndex } from './simple-index.ts';
export type { Authentication, RegistryRoute } from './authentication.ts';
export type { CallOptions, DownloadOptions, GitLabConnection, RetryPolicy } from './connection.ts';
export type { RegistryErrorCode, RegistryErrorOptions } from './errors.ts';
export type { GenericFile, GenericPackages } from './generic-packages.ts';
export type { StoredFile } from './stored-file.ts';
export type { PackageFilter } from './package-filter.ts';
export type { Package, PackageFile, PackagesApi } from './packages-api.ts';
export type { PyPIRegistry, UploadOptions } from './pypi-registry.ts';
export type { SimpleIndexFile } from './simple-index.ts';
