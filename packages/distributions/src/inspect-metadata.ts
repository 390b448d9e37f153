/**
 * Inspects core metadata the way a package index and a reader of its page do.
 *
 * @module
 */

import { validRange } from '@renovatebot/pep440';
import type { Report } from './finding.ts';
import { inspectDescription } from './inspect-description.ts';
import { inspectFields } from './inspect-fields.ts';
import type { InspectedContents } from './inspection-contents.ts';
import { licenseComplaint } from './license-expression.ts';
import { isAtLeast } from './metadata-age.ts';
import { type CoreMetadata, newestMetadata } from './metadata-fields.ts';
import { quote } from './quote.ts';

/** Takes down what is wrong with the metadata of a distribution. */
export function inspectMetadata(
  metadata: CoreMetadata,
  contents: InspectedContents,
  report: Report,
): void {
  inspectVersion(metadata, report);
  if (metadata.name.toUpperCase() === 'UNKNOWN') {
    report('PROJECT_UNNAMED', 'the project is called `UNKNOWN`: the build did not read its name');
  }
  inspectRequiresPython(metadata, report);
  inspectLicense(metadata, contents, report);
  inspectFields(metadata, report);
  inspectDescription(metadata, report);
}

function inspectVersion(metadata: CoreMetadata, report: Report): void {
  if (!isAtLeast(metadata, newestMetadata.minor + 1)) return;
  const newest = `${newestMetadata.major}.${newestMetadata.minor}`;
  const found = quote(metadata.metadataVersion);
  report(
    'METADATA_VERSION_UNKNOWN',
    `the core metadata is of version ${found}, known is \`${newest}\``,
  );
}

function inspectRequiresPython({ requiresPython }: CoreMetadata, report: Report): void {
  if (requiresPython === undefined) {
    report('REQUIRES_PYTHON_MISSING', 'the metadata does not say which Python is required');
  } else if (!validRange(requiresPython.replace(/,\s*$/, ''))) {
    report('REQUIRES_PYTHON_INVALID', `${quote(requiresPython)} is no specifier of versions`);
  }
}

function inspectLicense(
  metadata: CoreMetadata,
  { paths, licenseFolder }: InspectedContents,
  report: Report,
): void {
  const { licenseExpression, licenseFiles = [], fields } = metadata;
  const classifiers = fields.get('classifier') ?? [];
  const classified = classifiers.find((classifier) => classifier.startsWith('License ::'));
  if (licenseExpression !== undefined) {
    const complaint = licenseComplaint(licenseExpression);
    if (complaint !== undefined) {
      const message = `the license expression ${quote(licenseExpression)} ${complaint}`;
      report('LICENSE_EXPRESSION_INVALID', message);
    }
    if (classified !== undefined) {
      const message = `the license is stated twice, as an expression and by ${quote(classified)}`;
      report('FIELD_INVALID', message);
    }
  } else if (classified === undefined && (fields.get('license')?.[0] ?? '') === '') {
    report('LICENSE_MISSING', 'the metadata names no license');
  }
  // Where older metadata keeps these files was up to the build backend.
  if (!isAtLeast(metadata, 4)) return;
  for (const file of licenseFiles) {
    if (paths.has(`${licenseFolder}/${file}`)) continue;
    report('LICENSE_FILE_MISSING', `the license file ${quote(file)} is not in the distribution`);
  }
}
