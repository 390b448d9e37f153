/**
 * Inspects single fields of core metadata: their form, their length and their age.
 *
 * @module
 */

import type { Report } from './finding.ts';
import { isAtLeast } from './metadata-age.ts';
import type { CoreMetadata } from './metadata-fields.ts';
import { quote } from './quote.ts';

const longestSummary = 512;
const longestLabel = 32;

/** Fields by the minor version of metadata 2 that brought them. */
const since: ReadonlyMap<string, number> = new Map([
  ['description-content-type', 1],
  ['provides-extra', 1],
  ['dynamic', 2],
  ['license-expression', 4],
  ['import-name', 5],
  ['import-namespace', 5],
]);

/** Takes down what is wrong with the fields. */
export function inspectFields(metadata: CoreMetadata, report: Report): void {
  inspectSummary(metadata, report);
  inspectDynamic(metadata, report);
  inspectImports(metadata, report);
  inspectLinks(metadata, report);
  for (const [field, minor] of since) {
    if (!metadata.fields.has(field) || isAtLeast(metadata, minor)) continue;
    const message = `\`${field}\` came with version \`2.${minor}\`, the metadata is of ${quote(metadata.metadataVersion)}`;
    report('FIELD_TOO_NEW', message);
  }
}

function inspectSummary({ summary }: CoreMetadata, report: Report): void {
  if (summary === undefined) report('SUMMARY_MISSING', 'the metadata has no summary');
  else if (summary.includes('\n')) report('FIELD_INVALID', 'the summary has more than one line');
  else if (summary.length > longestSummary) {
    report(
      'FIELD_TOO_LONG',
      `the summary has ${summary.length} characters, expected ${longestSummary} at most`,
    );
  }
}

function inspectDynamic({ dynamic = [] }: CoreMetadata, report: Report): void {
  for (const field of dynamic) {
    if (!/^(?:metadata-version|name|version)$/i.test(field)) continue;
    report('FIELD_INVALID', `${quote(field)} is dynamic, which an index does not allow`);
  }
}

const importName = /^(?!\d)[\p{L}\p{N}_]+(?:\.(?!\d)[\p{L}\p{N}_]+)*(?:\s*;\s*private)?$/u;

function inspectImports(metadata: CoreMetadata, report: Report): void {
  const { importNames = [], importNamespaces = [] } = metadata;
  for (const name of [...importNames, ...importNamespaces]) {
    // An empty name says that nothing can be imported.
    if (importName.test(name) || (name === '' && importNames.length === 1)) continue;
    report('FIELD_INVALID', `${quote(name)} is nothing that Python can import`);
  }
  const shared = new Set(importNamespaces.map(withoutMark));
  for (const name of importNames.map(withoutMark)) {
    if (!shared.has(name)) continue;
    report('FIELD_INVALID', `${quote(name)} is both an import name and an import namespace`);
  }
}

function withoutMark(name: string): string {
  return name.replace(/\s*;.*$/, '');
}

/** The public index shows addresses of the web only, under short labels. */
function inspectLinks({ fields }: CoreMetadata, report: Report): void {
  const links = (fields.get('project-url') ?? []).map((link) => {
    const [, label = '', url = ''] = /^([^,]*),(.*)$/s.exec(link) ?? [];
    return { label: label.trim(), url: url.trim() };
  });
  for (const { label, url } of links) {
    if (label === '') report('FIELD_INVALID', `the project URL ${quote(url)} has no label`);
    if (label.length <= longestLabel) continue;
    report('FIELD_TOO_LONG', `the label ${quote(label)} has more than ${longestLabel} characters`);
  }
  const urls = ['home-page', 'download-url'].flatMap((field) => fields.get(field) ?? []);
  for (const url of [...urls, ...links.map((link) => link.url)]) {
    if (url === '' || url === 'UNKNOWN' || /^https?:\/\/[^\s/]/i.test(url)) continue;
    report('FIELD_INVALID', `${quote(url)} is no address of the web`);
  }
}
