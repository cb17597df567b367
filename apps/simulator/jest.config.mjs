import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'simulator', rootDir: import.meta.dirname };
