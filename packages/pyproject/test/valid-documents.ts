/**
 * Valid TOML of every kind that the specification describes, by what is peculiar about it.
 *
 * @module
 */

const raw = String.raw;

export const validDocuments: Readonly<Record<string, string>> = {
  empty: '',
  'only white space': ' \t\n\n  \n',
  'only a comment': '# nothing',
  'comments of all kinds': "#\n# [a]\n # \"\n\t# '''\na = 1 # = 2\n[t]#t\n#end",
  'a comment with any character': '# \u0080\u00E9\uFFFD\u{10FFFF}\ta\n',
  'basic strings': raw`a = "" ${'\n'}b = "\b\t\n\f\r\"\\\u00e9\U0001F600"${'\n'}c = "# no comment"`,
  'literal strings': raw`a = ''${'\n'}b = 'C:\no\escape'${'\n'}c = '"'`,
  'multi-line basic strings': 'a = """"""\nb = """\nx\n"""\nc = """\\\n   x \\\n\n  y"""\n',
  'multi-line basic strings with quotes': 'a = """"x""""\nb = """""x"""""\nc = """x""\\""""\n',
  'multi-line literal strings': "a = ''''''\nb = '''\n\\x\n'''\nc = ''''x''''\nd = '''''x'''''\n",
  'strings that look like tables':
    'a = """\n[project]\nversion = "9"\n"""\nb = \'\'\'\n[[x]]\'\'\'\n',
  'strings that look like assignments': 'a = "version = \'9\'"\nb = \'version = "9"\'\n',
  'tabs in strings': 'a = "\t"\nb = \'\t\'\nc = """\t"""\n',
  'CRLF everywhere': 'a = 1\r\n\r\n# c\r\n[t]\r\nb = """\r\nx\r\n"""\r\n',
  'CRLF and LF': 'a = 1\r\nb = 2\n[t]\r\nc = 3\nd = 4\r\n',
  'no line break at the end': 'a = 1',
  'blank lines at the end': 'a = 1\n\n\n\n',
  'white space at the end': 'a = 1  \t\n[t]  \nb = 2\t\n  ',
  'byte order mark': '\uFEFFa = 1\n',
  integers: 'a = 0\nb = +0\nc = -0\nd = 1_000_000\ne = -17\nf = 9223372036854775807\n',
  'the least integer': 'a = -9223372036854775808\n',
  'integers of other bases': 'a = 0xDEAD_beef\nb = 0o0_755\nc = 0b1101_0110\nd = 0x00\n',
  floats: 'a = 0.0\nb = -0.0\nc = +1.5\nd = 6.626e-34\ne = 5e+22\nf = 1E06\ng = 9_224.617_445\n',
  'special floats': 'a = inf\nb = +inf\nc = -inf\nd = nan\ne = +nan\nf = -nan\n',
  'extreme floats': 'a = 1e308\nb = 5e-324\nc = 0.1000000000000000055511151231257827\n',
  booleans: 'true = true\nfalse = false\n',
  'offset date-times':
    'a = 1979-05-27T07:32:00Z\nb = 1979-05-27t00:32:00.999999-07:00\nc = 1979-05-27 07:32:00z\n',
  'local date-times': 'a = 1979-05-27T07:32:00\nb = 1979-05-27 00:32:00.999\n',
  'local dates': 'a = 1979-05-27\nb = 2000-02-29\nc = 0001-01-01\nd = 9999-12-31\n',
  'local times': 'a = 07:32:00\nb = 00:00:00.0\nc = 23:59:59.999999\n',
  'empty arrays': 'a = []\nb = [ ]\nc = [\n]\nd = [ # c\n]\n',
  'nested arrays': 'a = [[1, 2], ["a", \'b\'], [[]], [{}]]\n',
  'mixed arrays': 'a = [1, 2.0, "3", true, 07:32:00, { b = 1 }, [4]]\n',
  'arrays over lines': 'a = [\n  1, # one\n\n  # two\n  2\n  ,\n  3,\n]\n',
  'arrays of strings with brackets': 'a = ["]", \'[\', """]""", "#"]\n',
  'inline tables':
    'a = {}\nb = { }\nc = {d=1,e="2"}\nf = { g.h = 1, g.i = 2, "j k" = { l = [] } }\n',
  'inline tables in arrays': 'a = [ { b = 1 }, { b = 2 },\n{ c = {} } ]\n',
  'inline tables of TOML 1.1': 'a = {\n  b = 1, # c\n  c = 2,\n}\n',
  'escapes of TOML 1.1': raw`a = "\e[0m\x41"` + '\n',
  'times of TOML 1.1': 'a = 07:32\nb = 1979-05-27T07:32Z\nc = 1979-05-27 07:32\n',
  'bare keys': 'a = 1\nA = 2\n1 = 3\n-_- = 4\n1-2 = 5\ntrue-1 = 6\n2020-01-01 = 7\n',
  'quoted keys':
    '"" = 1\n\'a\' = 2\n"a b" = 3\n"\\u00e9" = 4\n"a.b" = 5\n\'"\' = 6\n"#" = 7\n"=" = 8\n',
  'dotted keys': 'a.b = 1\na . c = 2\na."d.e".f = 3\n1.2 = 4\n3.14159 = "pi"\n',
  'dotted keys out of order': 'a.x = 1\nb.x = 2\na.y = 3\nb.y = 4\n',
  'keys of objects':
    '__proto__ = 1\nconstructor = 2\ntoString = 3\nhasOwnProperty = 4\nlength = 5\n',
  'tables named as members of objects': '[__proto__]\na = 1\n[constructor.prototype]\nb = 2\n',
  'keys without spaces': 'a=1\n"b"=2\nc.d=3\n[t]\ne=4\n',
  'keys with many spaces': '  a\t=  1\n\tb  .  c =\t2\n',
  tables: '[a]\n[b]\nx = 1\n[a.c]\ny = 2\n[d.e.f]\n',
  'tables out of order': '[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3\n',
  'tables with white space': '[ a ]\n[\tb\t.\tc ]\n  [d]\n  x = 1\n    [d.e]\n',
  'tables with quoted names': '["a b"]\n[\'c.d\'."e"]\n[""]\n["\\u00e9"]\n["#"]\n["]"]\n',
  'empty tables at the end': '[a]\n[b]\n[c]',
  'arrays of tables': '[[a]]\nx = 1\n[[a]]\n[[a]]\nx = 3\n',
  'nested arrays of tables':
    '[[a]]\nx = 1\n[[a.b]]\ny = 1\n[[a.b]]\n[a.b.c]\nz = 1\n[[a]]\n[[a.b]]\n',
  'tables below arrays of tables': '[[a]]\n[a.b]\nx = 1\n[[a]]\n[a.b]\nx = 2\n',
  'dotted keys within tables': '[a]\nb.c = 1\nb.d.e = 2\n[a.f]\ng.h = 3\n',
  'decoys in other tables':
    '[a]\nname = "n"\nversion = "0"\n[a.project]\nversion = "0"\n[a.urls]\nHomepage = "h"\n',
  'decoys in arrays of tables':
    '[[other]]\nversion = "0"\n[[other]]\nversion = "0"\nproject = { version = "0" }\n',
  'characters beyond the basic plane': 'a = "🐍"\n"🐍" = \'𝄞\'\n["𝄞"]\n# 🐍🐍\nb = "e\u0301"\n',
  'characters that are easily lost': 'a = "\u00A0\u2028\u2029\uFEFF\u200B\u0085"\n',
  'a long line': `a = "${'x'.repeat(10_000)}"\n`,
  'a long array': `a = [${'1, '.repeat(2000)}]\n`,
  'many keys': Array.from({ length: 500 }, (_, index) => `k${index} = ${index}\n`).join(''),
  'deep tables': `[${Array.from({ length: 60 }, (_, index) => `k${index}`).join('.')}]\nx = 1\n`,
  'deep arrays': `a = ${'['.repeat(60)}${']'.repeat(60)}\n`,
};
