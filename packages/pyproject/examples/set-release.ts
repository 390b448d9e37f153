import { rewritePyproject } from '@wheelseal/pyproject';

const original = `
[project]
name = "my_package"  # set by the pipeline
version = '0.0.0'
authors = [{ name = "Ada", email = "ada@example.org" }]

[tool.mypy]
python_version = "3.9"
`;

/** The same file for one release: three values changed, every other byte as it was. */
export const { text, changes, warnings } = rewritePyproject(original, {
  name: 'my-package',
  version: '1.2.0',
  homepage: 'https://gitlab.com/group/my-package',
});
