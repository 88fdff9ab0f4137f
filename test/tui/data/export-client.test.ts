import { readdirSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { ExportClient } from '../../../tui/data/export-client.js';
import { temporaryFolder } from '../../cli.js';
import { figureOf, seriesOf } from '../figure/example.js';

const folder = temporaryFolder();
afterAll(folder.remove);

it('finishes the files that were begun before it is closed, whoever waits for them', async () => {
  const client = new ExportClient(folder.path('figures'));
  const figure = figureOf([
    seriesOf('points', [
      [1, 1],
      [2, 3],
    ]),
  ]);
  const said = [client.write([{ name: 'a', figure }]), client.write([{ name: 'b', figure }])];
  await client.close();
  expect(readdirSync(folder.path('figures')).toSorted()).toEqual(
    ['a', 'b'].flatMap((name) => ['csv', 'png', 'svg'].map((ending) => `${name}.${ending}`)),
  );
  expect(await Promise.all(said)).toEqual([
    expect.stringMatching(/^written to .*: a /),
    expect.stringMatching(/^written to .*: b /),
  ]);
});
