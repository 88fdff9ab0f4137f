/**
 * Loaded before the program with --import: kills it as kill -9 does while it writes a file of a run, where
 * KILL_WHILE_WRITING says: what the file's name begins with, how many writes of it to let pass, and the place, `half` of
 * the bytes written, `whole` before they are settled and named, or `named` before anything else is done.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const [name, pass, place] = process.env.KILL_WHILE_WRITING.split(' ');
const { openSync, writeSync, renameSync } = fs;
let left = Number(pass);
let file;

const die = () => process.kill(process.pid, 'SIGKILL');
const isMeant = (path) => basename(String(path)).startsWith(name);

fs.openSync = (path, ...rest) => {
  const opened = openSync(path, ...rest);
  // Numbers of closed files are given out again.
  if (isMeant(path)) file = opened;
  else if (opened === file) file = undefined;
  return opened;
};
fs.writeSync = (given, content, ...rest) => {
  if (given !== file) return writeSync(given, content, ...rest);
  left -= 1;
  if (left >= 0) return writeSync(given, content, ...rest);
  writeSync(given, place === 'half' ? content.subarray(0, content.length >> 1) : content);
  return place === 'named' ? content.length : die();
};
fs.renameSync = (from, to) => {
  renameSync(from, to);
  if (place === 'named' && left < 0 && isMeant(from)) die();
};
syncBuiltinESMExports();
