import { describe, expect, it } from 'vitest';
import { categoryNames } from '../../../tui/canvas/category-names.js';

describe('names of categories', () => {
  it('are whole where they have room', () => {
    expect(categoryNames(['conv 0', 'conv 3'], 6)).toEqual(['conv 0', 'conv 3']);
  });

  it('lose what they share where they have none, but no digit of a number', () => {
    expect(categoryNames(['conv 0', 'conv 3', 'conv 12'], 5)).toEqual(['0', '3', '12']);
    expect(categoryNames(['conv 10', 'conv 12'], 5)).toEqual(['10', '12']);
    expect(categoryNames(['block1.weight', 'block2.weight'], 5)).toEqual(['1', '2']);
  });

  it('are numbers from 1 on where they could not be told apart otherwise', () => {
    expect(categoryNames(['layer1.0.conv1', 'layer1.0.conv2', 'layer2.0.conv1'], 3)).toEqual(['1', '2', '3']);
    expect(categoryNames(['same', 'same'], 9)).toEqual(['1', '2']);
    expect(categoryNames(['a long name'], 3)).toEqual(['1']);
    expect(categoryNames(['layer', 'layer1'], 5)).toEqual(['1', '2']);
  });
});
