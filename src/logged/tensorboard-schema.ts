import protobuf from 'protobufjs';

/** The part of TensorBoard's event files that scalars need (event.proto, summary.proto, tensor.proto). */
const SCHEMA = `
syntax = "proto3";
message TensorProto {
  int32 dtype = 1; bytes tensor_content = 4; repeated float float_val = 5 [packed = true];
  repeated double double_val = 6 [packed = true];
}
message PluginData { string plugin_name = 1; }
message SummaryMetadata { PluginData plugin_data = 1; }
message Value { string tag = 1; oneof value { float simple_value = 2; TensorProto tensor = 8; } SummaryMetadata metadata = 9; }
message Summary { repeated Value value = 1; }
message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
`;

export const Event = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('Event');

/** The first event of every file. */
export const FILE_VERSION = 'brain.Event:2';

/** DataType of tensors with one number. */
export const TENSOR_TYPE = { float: 1, double: 2 } as const;

const POLYNOMIAL = 0x82f63b78;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** CRC-32C of bytes, rotated and shifted as these files have it, so that checksums can be computed over records with checksums. */
export function maskedChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
