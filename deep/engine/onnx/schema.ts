import protobuf from 'protobufjs';

/** The part of the ONNX protobuf schema that this project writes (onnx.proto, IR version 10). */
const SCHEMA = `
syntax = "proto3";
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; GraphProto g = 6;
  repeated float floats = 7; repeated int64 ints = 8; int32 type = 20;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5; string domain = 7;
}
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TypeProto { TensorTypeProto tensor_type = 1; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
}
`;

export const ModelProto = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('ModelProto');

export const IR_VERSION = 10;
export const OPSET = 20;

/** TensorProto.DataType of the element types in use. */
export const DATA_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof DATA_TYPE;

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPE = { int: 2, string: 3, graph: 5, floats: 6, ints: 7 } as const;
