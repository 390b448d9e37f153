/**
 * The summary of a job, as Markdown.
 *
 * @module
 */

import type { FileRecord } from './file-records.ts';

/** What a summary tells. */
export interface SummaryParts {
  readonly title: string;
  readonly files: readonly FileRecord[];
  /** What went wrong, in words; absent when nothing did. */
  readonly failure?: string;
}

const marks: Readonly<Record<FileRecord['status'], string>> = {
  measured: '▫️ measured',
  signed: '✍️ signed',
  verified: '✅ verified',
  published: '📦 published',
  unsigned: '⚠️ not signed',
  refused: '❌ refused',
};

/** Writes the summary of a run. */
export function formatSummary({ title, files, failure }: SummaryParts): string {
  const signers = new Set(files.flatMap(({ identity }) => identity ?? []));
  return [
    `## Wheelseal: ${escape(title)}`,
    '',
    ...(files.length === 0
      ? []
      : [
          '| distribution | status | log index | sha256 |',
          '| --- | --- | --- | --- |',
          ...files.map(rowOf),
          '',
        ]),
    ...[...signers].map((signer) => `Signed by \`${signer.replaceAll('`', '')}\`\n`),
    ...(failure === undefined ? [] : ['```text', failure.replaceAll('```', "'''"), '```', '']),
  ].join('\n');
}

function rowOf({ filename, status, logIndex = '', sha256 = '', error }: FileRecord): string {
  const why = error === undefined ? '' : ` (${error.code})`;
  const digest = sha256 === '' ? '' : `\`${sha256}\``;
  return `| ${escape(filename)} | ${marks[status]}${why} | ${logIndex} | ${digest} |`;
}

/** A file name may come from a registry, and must not become markup. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}
