/**
 * Inspects the long description: whether the page of the project on an index will show it.
 *
 * Markdown always renders as something. reStructuredText that is not right is shown as plain text.
 *
 * @module
 */

import type { Report } from './finding.ts';
import type { CoreMetadata } from './metadata-fields.ts';
import { quote } from './quote.ts';
import { checkReStructuredText } from './restructured-text.ts';

/** Takes down what is wrong with the description. */
export function inspectDescription(metadata: CoreMetadata, report: Report): void {
  const { description, descriptionContentType } = metadata;
  if (description === undefined) {
    report('DESCRIPTION_MISSING', 'the metadata has no long description');
    return;
  }
  const type = descriptionContentType ?? 'text/x-rst';
  const complaint = contentTypeComplaint(type);
  if (descriptionContentType === undefined) {
    report(
      'CONTENT_TYPE_MISSING',
      'the description has no content type: it is taken for `text/x-rst`',
    );
  } else if (complaint !== undefined) {
    report('CONTENT_TYPE_INVALID', `the content type ${quote(type)} ${complaint}`);
    return;
  }
  const markup = markupOf(type);
  const likely = likelyMarkup(description);
  if (likely !== undefined && likely !== markup && markup !== 'text/plain') {
    report(
      'DESCRIPTION_SUSPICIOUS',
      `the description is \`${markup}\` and looks like \`${likely}\``,
    );
  }
  if (markup !== 'text/x-rst') return;
  for (const { line, message, isCertain } of checkReStructuredText(description)) {
    report(
      isCertain ? 'DESCRIPTION_BROKEN' : 'DESCRIPTION_SUSPICIOUS',
      `line ${line} of the description ${message}`,
    );
  }
}

function markupOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function contentTypeComplaint(contentType: string): string | undefined {
  const markup = markupOf(contentType);
  if (!['text/plain', 'text/x-rst', 'text/markdown'].includes(markup)) return 'is rendered nowhere';
  for (const parameter of contentType.split(';').slice(1)) {
    const [key = '', value = ''] = parameter.split('=').map((part) => part.trim().toLowerCase());
    const bare = value.replaceAll('"', '');
    if (key === 'charset' && bare !== 'utf-8') return 'has another charset than `UTF-8`';
    if (key !== 'variant' || markup !== 'text/markdown') continue;
    if (!['gfm', 'commonmark'].includes(bare))
      return 'has another variant than `GFM` or `CommonMark`';
  }
  return undefined;
}

/** Says so only where a text has what the other markup has not. */
function likelyMarkup(text: string): string | undefined {
  const isMarkdown = /^(?:#{1,6} \S|```)|\]\(https?:\/\//m.test(text);
  const isReStructuredText = /^\.\. (?:[\w-]+::|_[^\n]+:)/m.test(text);
  if (isMarkdown === isReStructuredText) return undefined;
  return isMarkdown ? 'text/markdown' : 'text/x-rst';
}
