/** The networks that can be trained. */
export const MODELS = ['convnet', 'convnet-affine', 'resnet18', 'resnet18-affine'] as const;
export type ModelName = (typeof MODELS)[number];
