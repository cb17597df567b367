import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'client', rootDir: import.meta.dirname };
