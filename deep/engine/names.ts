/**
 * Ways to execute a network. `cpu`, `webgpu` and `cuda` are execution providers of onnxruntime for the same compiled
 * graph; `tensorflow` runs the functions op by op on a native TensorFlow; `eager` does on tfjs' own cpu backend, slowly.
 */
export const ENGINES = ['cpu', 'webgpu', 'cuda', 'tensorflow', 'eager'] as const;
/** Name of an engine, one of `ENGINES`. */
export type EngineName = (typeof ENGINES)[number];

/** Engines that run one graph of the whole step, in onnxruntime. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** What a user may ask for: an engine, or the fastest that works here. */
export const ENGINE_CHOICES = [...ENGINES, 'auto'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** Engines that `regimes engine install` gets. */
export const INSTALLABLE = ['cuda', 'tensorflow'] as const;
export type InstallableEngine = (typeof INSTALLABLE)[number];

/** What an installed engine computes on. */
export const DEVICES = ['gpu', 'cpu'] as const;
export type Device = (typeof DEVICES)[number];
