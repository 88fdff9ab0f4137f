import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strToU8, zipSync } from 'fflate';
import type { LockedWheel } from '../../../../deep/engine/install/locks.js';

/** A wheel as a test describes it. */
export interface WheelContent {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

interface Wheel {
  readonly content: Uint8Array;
  readonly locked: LockedWheel;
}

function wheelOf({ name, version, files }: WheelContent): Wheel {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const info = `${stem}.dist-info`;
  const all = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: '',
  };
  const entries = Object.entries(all).map(([path, data]) => [path, typeof data === 'string' ? strToU8(data) : data]);
  const content = zipSync(Object.fromEntries(entries), { level: 0 });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const locked = { name, version, file: `${stem}-py3-none-any.whl`, sha256, bytes: content.length };
  return { content, locked };
}

/** A package index on this machine, with the wheels given, as the simple API of PyPI has them. */
export async function wheelIndex(contents: readonly WheelContent[]) {
  const wheels = contents.map(wheelOf);
  /** Whole wheels that were asked for. */
  const taken: string[] = [];
  /** Projects whose wheel differs from its checksum, and those whose wheel stops half-way. */
  const [spoilt, stuck] = [new Set<string>(), new Set<string>()];
  const held = new Set<ServerResponse>();

  // The page has no checksums: only those of the lock count.
  const page = (project: string): string =>
    wheels
      .filter(({ locked }) => locked.name === project)
      .map(({ locked: { file } }) => `<a href="/wheels/${file}">${file}</a>`)
      .join('\n');

  function serveWheel({ locked: { name, file }, content }: Wheel, response: ServerResponse): void {
    taken.push(file);
    const middle = content.length >> 1;
    response.setHeader('content-length', content.length);
    if (stuck.has(name)) {
      held.add(response);
      response.write(content.subarray(0, middle));
    } else response.end(spoilt.has(name) ? content.map((byte, i) => (i === middle ? byte ^ 1 : byte)) : content);
  }

  const server = createServer(({ url = '' }, response) => {
    const [, kind, name] = url.split('/');
    if (kind === 'simple') {
      response.setHeader('content-type', 'text/html').end(page(name!));
      return;
    }
    const wheel = wheels.find(({ locked }) => locked.file === name);
    if (wheel === undefined) response.writeHead(404).end();
    else serveWheel(wheel, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    lock: wheels.map(({ locked }) => locked),
    taken,
    spoilt,
    stuck,
    /** For pip to know no other index and no settings of the machine's. */
    environment: {
      PIP_INDEX_URL: `http://127.0.0.1:${port}/simple`,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_FIND_LINKS: '',
      PIP_RETRIES: '0',
    },
    close: () => {
      for (const response of held) response.destroy();
      server.close();
    },
  };
}
