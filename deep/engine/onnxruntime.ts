import ort from 'onnxruntime-node';

// Its builds for Linux and macOS report every session to their maker unless told not to before the first one.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

export default ort;
