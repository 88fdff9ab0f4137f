// Installs the engine cuda from other wheels, in a process that a test can kill: FOLDER LOCK (as JSON).
import { installEngine } from '../../../../dist/deep/engine/install/install.js';
import { recipeFor } from '../../../../dist/deep/engine/install/recipes.js';

const [folder, lock] = process.argv.slice(2);
const recipe = { ...recipeFor('cuda'), wheels: JSON.parse(lock) };
await installEngine({ engine: 'cuda', folder }, { recipe });
