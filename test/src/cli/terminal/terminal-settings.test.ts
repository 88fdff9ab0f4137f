import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { terminalSettings } from '../../../../src/cli/terminal/terminal-settings.js';
import { UsageError } from '../../../../src/system/usage-error.js';
import { temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
mkdirSync(folder.path('sphere-regimes'));
const write = (name: string, text: string): string => {
  writeFileSync(folder.path(name), text);
  return folder.path(name);
};

describe('settings of the terminal', () => {
  const none = { env: { XDG_CONFIG_HOME: folder.path('none') }, project: folder.path('none.json') };

  it('have defaults', () => {
    expect(terminalSettings({ color: true }, none)).toEqual({ glyphs: 'braille', interval: 1, color: true });
  });

  it('are those of options before environment before project file before the user own file', () => {
    write('sphere-regimes/settings.json', '{"glyphs": "ascii", "interval": 5, "color": false}');
    const project = write('project.json', '{"glyphs": "block", "interval": 4}');
    const own = { XDG_CONFIG_HOME: folder.path() };
    const nowhere = folder.path('none.json');
    expect(terminalSettings({}, { env: own, project: nowhere })).toEqual({
      glyphs: 'ascii',
      interval: 5,
      color: false,
    });
    expect(terminalSettings({}, { env: own, project })).toEqual({ glyphs: 'block', interval: 4, color: false });
    const env = { ...own, REGIMES_INTERVAL: '3', REGIMES_GLYPHS: 'ascii' };
    expect(terminalSettings({}, { env, project })).toMatchObject({ glyphs: 'ascii', interval: 3 });
    expect(terminalSettings({ glyphs: 'braille', interval: 2 }, { env, project })).toMatchObject({
      glyphs: 'braille',
      interval: 2,
    });
  });

  it('draw with ASCII in a terminal whose locale is not UTF-8, unless something else is asked for', () => {
    const glyphs = (locale: NodeJS.ProcessEnv, isTerminal = true) =>
      terminalSettings({}, { ...none, env: { ...none.env, ...locale }, isTerminal }).glyphs;
    for (const locale of [
      { LANG: 'C' },
      { LANG: 'POSIX' },
      { LANG: 'de_DE.ISO-8859-1' },
      { LANG: 'C.UTF-8', LC_ALL: 'C' },
    ])
      expect(glyphs(locale), JSON.stringify(locale)).toBe('ascii');
    for (const locale of [{}, { LANG: '' }, { LANG: 'C.utf8' }, { LANG: 'C', LC_CTYPE: 'en_GB.UTF-8' }])
      expect(glyphs(locale), JSON.stringify(locale)).toBe('braille');
    // A file is read elsewhere.
    expect(glyphs({ LANG: 'C' }, false)).toBe('braille');
    expect(glyphs({ LANG: 'C', REGIMES_GLYPHS: 'block' })).toBe('block');
  });

  it('know NO_COLOR and --no-color', () => {
    expect(terminalSettings({ color: true }, { ...none, env: { ...none.env, NO_COLOR: '1' } }).color).toBe(false);
    expect(terminalSettings({ color: false }, none).color).toBe(false);
    expect(terminalSettings({ color: true }, { ...none, env: { ...none.env, NO_COLOR: '' } }).color).toBe(true);
  });

  it('refuse what is not allowed, in a line', () => {
    for (const text of ['{', '{"glyphs": "dots"}', '{"interval": 0}', '{"unknown": 1}']) {
      const project = write('bad.json', text);
      expect(() => terminalSettings({}, { ...none, project })).toThrow(UsageError);
      expect(() => terminalSettings({}, { ...none, project })).toThrow(/is not a valid settings file; allowed: /);
    }
    for (const env of [{ REGIMES_GLYPHS: 'dots' }, { REGIMES_INTERVAL: 'often' }, { REGIMES_INTERVAL: '-1' }])
      expect(() => terminalSettings({}, { ...none, env: { ...none.env, ...env } })).toThrow(
        /REGIMES_GLYPHS or REGIMES_INTERVAL/,
      );
  });
});
