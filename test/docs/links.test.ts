import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const DOCUMENTS = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** The anchor that a heading gets, as GitHub and GitLab make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\-_ ]/gu, '')
    .replaceAll(' ', '-');

const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (?<heading>.*)$/gm)].map(({ groups }) => anchor(groups!.heading!));

/** Relative links of a text that lead nowhere, read as those of the document of this name. */
function brokenLinks(document: string, text: string): string[] {
  const links = [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)].map(({ groups }) => groups!.target!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', heading] = link.split('#');
    const file = path === '' ? document : join(dirname(document), path);
    if (path !== '' && !existsSync(file)) return true;
    return heading !== undefined && !anchors(path === '' ? text : readFileSync(file, 'utf8')).includes(heading);
  });
}

const FOLDERS = ['src', 'toy', 'deep', 'tui', 'bench', 'test', 'examples', 'scripts', 'docs'];

/** Files of the repository that a text names in code marks, from its root, and that do not exist. */
function missingFiles(text: string): string[] {
  const named = [...text.matchAll(/`(?<path>[\w./-]+\/[\w./-]*)`/g)].map(({ groups }) => groups!.path!);
  return named
    .filter((path) => FOLDERS.includes(path.split('/')[0]!) && !path.startsWith('docs/api/'))
    .filter((path) => !existsSync(normalize(path)) || (path.endsWith('/') && !statSync(path).isDirectory()));
}

it.each(DOCUMENTS)('%s: relative links and headings exist', (document) => {
  expect(brokenLinks(document, readFileSync(document, 'utf8'))).toEqual([]);
});

it.each(DOCUMENTS)('%s: files of the repository that it names exist', (document) => {
  expect(missingFiles(readFileSync(document, 'utf8'))).toEqual([]);
});

it('finds what is broken', () => {
  const text = '# A b\n[x](theory.md) [y](nowhere.md) [z](#a-b) [w](#c) `src/nowhere.ts` `src/cli/main.ts`';
  expect(brokenLinks('docs/x.md', text)).toEqual(['nowhere.md', '#c']);
  expect(missingFiles(text)).toEqual(['src/nowhere.ts']);
});

it('keeps the README at most 125 lines long', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length - 1).toBeLessThanOrEqual(125);
});

it('keeps the walks of architecture.md shorter than 20, 20 and 27 files', () => {
  const [, ...walks] = readFileSync('docs/architecture.md', 'utf8').split(/^### /m);
  const lengths = walks.map((walk) => new Set(walk.match(/`(src|toy|deep|tui)\/[\w/.-]+`/g)).size);
  expect(lengths).toHaveLength(3);
  for (const [i, limit] of [20, 20, 27].entries()) expect(lengths[i]).toBeLessThan(limit);
});
