/** The networks that can be trained. */
export const MODELS = ['convnet', 'convnet-affine', 'resnet18', 'resnet18-affine', 'vit'] as const;
/** Name of a network, one of `MODELS`. */
export type ModelName = (typeof MODELS)[number];

/** The depth of a ConvNet or transformer where none is said. */
export const USUAL_DEPTH = 3;
