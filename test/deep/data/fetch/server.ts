import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What the server does to one request; default: answers it. */
export type Behaviour = 'answer' | 'die half-way' | 'ignore ranges' | 'fail' | 'refuse';

export interface FileServer {
  readonly url: string;
  readonly files: Map<string, Uint8Array>;
  /** What to do to the next requests, in order. */
  readonly behaviours: Behaviour[];
  /** Requests so far: path and Range header. */
  readonly requests: string[];
  close(): Promise<void>;
}

function answer(bytes: Uint8Array, behaviour: Behaviour, request: IncomingMessage, response: ServerResponse): void {
  const from = behaviour === 'ignore ranges' ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const rest = bytes.subarray(Number(from ?? 0));
  const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': rest.length,
    ...(from === undefined ? {} : range),
  });
  if (behaviour !== 'die half-way') response.end(rest);
  else response.write(rest.subarray(0, Math.floor(rest.length / 2)), () => setTimeout(() => response.destroy(), 20));
}

/** Serves files with ranges on a port of its own, and misbehaves as told. */
export async function startServer(): Promise<FileServer> {
  const files = new Map<string, Uint8Array>();
  const behaviours: Behaviour[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'whole'}`);
    const behaviour = behaviours.shift() ?? 'answer';
    const bytes = files.get(request.url!.slice(1));
    if (bytes === undefined || behaviour === 'refuse') response.writeHead(404).end('no such file');
    else if (behaviour === 'fail') response.writeHead(503).end();
    else answer(bytes, behaviour, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    behaviours,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A server for all tests of a file. */
export async function serverForTests(): Promise<FileServer> {
  const server = await startServer();
  afterAll(() => server.close());
  return server;
}
