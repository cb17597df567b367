import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'simulation', rootDir: import.meta.dirname };
