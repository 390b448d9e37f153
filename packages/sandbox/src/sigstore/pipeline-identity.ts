/**
 * What Fulcio writes into a certificate about the GitLab job that asked for it.
 *
 * The templates are those of Fulcio's `gitlab-pipeline` provider, and so are the words of a refusal.
 *
 * @module
 */

import { AsnUtf8StringConverter } from '@peculiar/asn1-schema';
import type { Extension } from '@peculiar/asn1-x509';

import { extension, rawExtension, subjectUri } from '../x509/extensions.ts';
import { ClaimError, claimTexts, renderTemplate } from './claim-template.ts';
import type { ClaimTexts } from './claim-template.ts';
import { encodeSubjectUri } from './subject-uri.ts';

/** The claims of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

const prefix = '1.3.6.1.4.1.57264.1';
const config = 'https://{{ .ci_config_ref_uri }}';
const project = '{{ .url }}/{{ .project_path }}';

/** Number of the extension, its name in Fulcio, and its template: with braces, or the name of a claim. */
const templates: readonly (readonly [id: number, name: string, template: string])[] = [
  [9, 'BuildSignerURI', config],
  [10, 'BuildSignerDigest', 'ci_config_sha'],
  [11, 'RunnerEnvironment', 'runner_environment'],
  [12, 'SourceRepositoryURI', project],
  [13, 'SourceRepositoryDigest', 'sha'],
  [
    14,
    'SourceRepositoryRef',
    'refs/{{if eq .ref_type "branch"}}heads/{{ else }}tags/{{end}}{{ .ref }}',
  ],
  [15, 'SourceRepositoryIdentifier', 'project_id'],
  [16, 'SourceRepositoryOwnerURI', '{{ .url }}/{{ .namespace_path }}'],
  [17, 'SourceRepositoryOwnerIdentifier', 'namespace_id'],
  [18, 'BuildConfigURI', config],
  [19, 'BuildConfigDigest', 'ci_config_sha'],
  [20, 'BuildTrigger', 'pipeline_source'],
  [21, 'RunInvocationURI', `${project}/-/jobs/{{ .job_id }}`],
  [22, 'SourceRepositoryVisibilityAtSigning', 'project_visibility'],
  [23, 'DeploymentEnvironment', 'environment'],
];

/**
 * The extensions that name the job: subject alternative name first, then Fulcio's own.
 *
 * @throws ClaimError when a claim is missing.
 */
export function pipelineIdentity(claims: Claims, url: string): readonly Extension[] {
  const texts = claimTexts({ url, environment: '', ...claims });
  const issuer = texts.get('iss') ?? '';
  const subject = encodeSubjectUri(renderTemplate(config, texts));
  const values: readonly (readonly [id: number, value: string])[] = [
    [8, issuer],
    ...templates.map(([id, name, template]) => [id, fill(template, name, texts)] as const),
    [24, texts.get('sub') ?? ''],
  ];
  return [
    subjectUri(subject),
    // The first of Fulcio's extensions holds the bare text: a mistake it keeps for old verifiers.
    rawExtension(`${prefix}.1`, Buffer.from(issuer)),
    ...values
      .filter(([, value]) => value !== '')
      .map(([id, value]) => extension(`${prefix}.${id}`, AsnUtf8StringConverter.toASN(value))),
  ];
}

function fill(template: string, name: string, claims: ClaimTexts): string {
  if (template.includes('{{')) return renderTemplate(template, claims);
  const value = claims.get(template);
  if (value !== undefined) return value;
  const details = { ExtensionName: name, Issuer: claims.get('iss') };
  throw new ClaimError(
    `value <${template}> not present in either claims or defaults. ${JSON.stringify(details, undefined, '\t')}`,
  );
}
