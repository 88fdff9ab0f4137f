/** A tar archive made by hand: name, size and sum in octal, content padded to 512 bytes, two empty blocks at the end. */

export interface TarEntry {
  readonly name: string;
  readonly content?: Uint8Array;
  /** '0' is a file, '5' a folder, '2' a link. */
  readonly type?: string;
}

function header({ name, content = new Uint8Array(), type = '0' }: TarEntry): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export const tarFile = (...entries: TarEntry[]): Buffer =>
  Buffer.concat([
    ...entries.flatMap((entry) => {
      const content = entry.content ?? new Uint8Array();
      return [header(entry), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
    }),
    Buffer.alloc(1024),
  ]);
