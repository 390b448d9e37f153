import { expect, test } from 'vitest';
import { withRecord } from './archives.ts';
import { inspectWheel, metadata, wheelFiles } from './inspected.ts';

async function inspectText(description: string, type = 'text/x-rst'): Promise<readonly string[]> {
  const text = metadata({ 'Description-Content-Type': type }, description);
  return inspectWheel(withRecord(wheelFiles(text)));
}

/** What hardly any readme has all of, and every one has something of. */
const sound = `
=====
Title
=====

A *demo* of **all**: \`\`literal *with* \`backticks and :role:\`x\` and **open\`\`, :code:\`x\`, a
link_, \`another link <https://example.org>\`_, \`Section two\`_, \`an anonymous one\`__, a \`title\`,
2 * 3 * 4, \\*\\*kwargs, "*", a footnote [1]_, |badge|, snake_case and name_ at last.

.. _link: https://example.org
.. _name: link_
__ https://example.org
.. [1] A footnote with :func:
.. |badge| image:: https://example.org/badge.svg
   :target: https://example.org
   :alt: A badge

.. A comment with :unknown:\`role\`
   and a second line of it **open

..
   A comment on its own.

Section two
-----------

Literal block::

    .. unknown:: directive
    :role:\`x\` and **open
    Title
    ==

- item one
- item two with code::

      *open

+-----+-----+
| *a* | b   |
+-----+-----+

=====  =====
Name   x y
=====  =====
a      \`b\`
=====  =====

Sub
~~~

.. code-block:: python

   def f(*args, **kwargs):
       """:func:\`x\`"""

.. note::

   Text in a note.

.. role:: mine

:mine:\`x\`

>>> print("""*open""")
'open'

| line block
| more

Quoted::

> *open
> too

----------

Größe 日本
----------

日本語
~~~~~~
`;

test('finds nothing wrong with sound reStructuredText', async () => {
  expect(await inspectText(sound)).toEqual([]);
});

test.for<readonly [string, RegExp]>([
  ['Title\n====\n', /line 1 .* title longer than its line/],
  ['日本語\n=====\n', /title longer than its line/],
  ['====\nTitle\n====\n', /longer than its line/],
  ['=====\nTitle\n\nText', /a line above and none below/],
  ['=====\nTitle\n-----\n', /two different lines/],
  ['A\n=\n\nB\n-\n\nC\n=\n\nD\n~\n', /line 10 .* level/],
  ['.. toctree::\n\n   one\n', /directive `toctree`/],
  ['   .. automodule:: demo\n', /directive `automodule`/],
  ['.. include:: CHANGES.rst\n', /`include`, which is not allowed/],
  ['.. raw:: html\n\n   <b>\n', /`raw`, which is not allowed/],
  ['.. csv-table:: x\n   :file: x.csv\n', /reads another file/],
  ['See :func:`print`.\n', /role `func`/],
  ['See :py:mod:`os` too.\n', /role `py:mod`/],
  ['See `x`:unknown: too.\n', /role `unknown`/],
  ['Code::\n\nnot indented\n', /line 1 .* literal block/],
])('finds that `%s` does not render', async ([text, message]) => {
  const findings = await inspectText(text);

  expect(findings).toEqual([expect.stringMatching(/^DESCRIPTION_BROKEN /)]);
  expect(findings[0]).toMatch(message);
});

test.for<readonly [string, RegExp]>([
  ['See `the docs`_.\n', /refers to `the docs`/],
  ['A |version| of it\n', /`\|version\|`/],
  ['Takes *args and more\n', /opens `\*`/],
  ['Takes **kwargs and more\n', /opens `\*\*`/],
  ['one\ntwo with `open quote\n', /line 2 .* a backtick/],
])('finds that `%s` is suspicious', async ([text, message]) => {
  const findings = await inspectText(text);

  expect(findings).toEqual([expect.stringMatching(/^DESCRIPTION_SUSPICIOUS /)]);
  expect(findings[0]).toMatch(message);
});

test.for([
  ['# Title\n\nText\n', 'text/x-rst', /looks like `text\/markdown`/],
  ['See [docs](https://example.org).\n', 'text/x-rst', /looks like `text\/markdown`/],
  ['Title\n=====\n\n.. image:: x.png\n', 'text/markdown', /looks like `text\/x-rst`/],
] as const)('finds that `%s` is not `%s`', async ([text, type, message]) => {
  expect(await inspectText(text, type)).toEqual([expect.stringMatching(message)]);
});

test.for([
  ['.. toctree::\n', 'text/plain'],
  ['# Title\n\n:func:`x` **open\n', 'text/markdown'],
  ['Title\n=====\n\n- [x](https://example.org)\n', 'text/markdown'],
] as const)('has nothing to say about `%s` as `%s`', async ([text, type]) => {
  expect(await inspectText(text, type)).toEqual([]);
});

test.for([
  '`'.repeat(100_000),
  '*a '.repeat(50_000),
  '`a <'.repeat(30_000),
  '|a '.repeat(50_000),
  `${'='.repeat(100_000)}\n${'='.repeat(100_000)}\n`,
  'a::\n\n'.repeat(20_000),
  '.. |a '.repeat(30_000),
  '.. a::\n'.repeat(30_000),
  '``a '.repeat(50_000),
  `\`${' '.repeat(200_000)}`,
  '-:a'.repeat(50_000),
  'a\n====\n\n'.repeat(50_000),
  `${'``a '.repeat(1200)}\n\n`.repeat(150),
])('reads a strange text before the test times out: %#', async (text) => {
  const findings = await inspectText(text);

  expect(findings.length).toBeLessThan(30);
});
